import { readRetry, retryRanges, setRetry } from '../form/retry.ts'
import type { FieldProblem, NodeData } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { Problems } from '../ui/field.tsx'
import { SliderField } from '../ui/slider-field.tsx'
import { Switch } from '../ui/switch.tsx'
import { problemsAt, problemsUnder } from './problems-of.ts'
import { Section } from './section.tsx'
import type { Edit } from './use-node-edits.ts'

type RetrySettingsProps = { node: NodeData; edit: Edit; problems: readonly FieldProblem[] }

export function RetrySettings({ node, edit, problems }: RetrySettingsProps) {
  const { isEnabled, maxRetries, intervalMs } = readRetry(node)
  return (
    <Section heading={labels.retry.heading}>
      <Switch
        label={labels.retry.enabled}
        isOn={isEnabled}
        onChange={(is) => edit((before) => setRetry(before, { isEnabled: is }))}
      />
      <Problems problems={problemsAt(problems, 'retry_config', 'retry_config.retry_enabled')} />
      {isEnabled && (
        <>
          <SliderField
            {...retryRanges.maxRetries}
            label={labels.retry.maxRetries}
            numberLabel={labels.retry.maxRetriesNumber}
            unit={labels.retry.times}
            value={maxRetries}
            onChange={(value) => edit((before) => setRetry(before, { maxRetries: value }), 'retry.max')}
            problems={problemsUnder(problems, 'retry_config.max_retries')}
          />
          <SliderField
            {...retryRanges.intervalMs}
            label={labels.retry.interval}
            numberLabel={labels.retry.intervalNumber}
            unit={labels.retry.ms}
            value={intervalMs}
            onChange={(value) => edit((before) => setRetry(before, { intervalMs: value }), 'retry.interval')}
            problems={problemsUnder(problems, 'retry_config.retry_interval')}
          />
        </>
      )}
    </Section>
  )
}
