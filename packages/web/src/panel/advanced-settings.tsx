import type { Client } from 'codenode/client'
import { defaultLimits, isObject, stringifyLossless } from 'codenode/contract'
import type { FieldProblem, NodeData } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import { Field, Problems, TextInput } from '../ui/field.tsx'
import { IsolationFacts } from './isolation-facts.tsx'
import styles from './panel.module.css'
import { problemsAt, problemsUnder } from './problems-of.ts'
import type { Edit } from './use-node-edits.ts'

type AdvancedSettingsProps = { node: NodeData; edit: Edit; problems: readonly FieldProblem[]; client: Client }

/** Limits, and what holds each run in; open when something in it is wrong. */
export function AdvancedSettings({ node, edit, problems, client }: AdvancedSettingsProps) {
  const isWrong = problemsUnder(problems, 'limits').length > 0
  return (
    <details className={styles.advanced} open={isWrong || undefined}>
      <summary>{labels.advanced.heading}</summary>
      <div className={styles.section}>
        <Problems problems={problemsAt(problems, 'limits')} />
        <div className={styles.pair}>
          {(['wallMs', 'memoryMb', 'tmpMb'] as const).map((name) => (
            <Field
              key={name}
              label={labels.advanced[name]}
              hint={
                name === 'tmpMb'
                  ? labels.advanced.tmpHint(defaultLimits[name])
                  : labels.advanced.limitHint(defaultLimits[name])
              }
              problems={problemsUnder(problems, `limits.${name}`)}
            >
              {(control) => (
                <TextInput
                  {...control}
                  inputMode="numeric"
                  value={limitText(node, name)}
                  onChange={(event) => edit((before) => setLimit(before, name, event.target.value), `limits.${name}`)}
                />
              )}
            </Field>
          ))}
        </div>
        <h4 className={styles.sub}>{labels.advanced.isolation}</h4>
        <IsolationFacts client={client} />
      </div>
    </details>
  )
}

function limitText({ limits }: NodeData, name: string): string {
  const value = isObject(limits) ? limits[name] : undefined
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : stringifyLossless(value)
}

/** Digits are a number; anything else is kept as it is typed, and the API's own text tells what is wrong with it. */
function setLimit(node: NodeData, name: string, text: string): NodeData {
  const { [name]: _, ...others } = isObject(node.limits) ? node.limits : {}
  const trimmed = text.trim()
  const value = /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : text
  const limits = trimmed === '' ? others : { ...others, [name]: value }
  if (Object.keys(limits).length > 0) return { ...node, limits }
  const { limits: _none, ...rest } = node
  return rest
}
