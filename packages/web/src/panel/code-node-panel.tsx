import type { Client } from 'codenode/client'
import type { WorkflowNodeRecord } from 'codenode/contract'
import { useId, useMemo, useRef } from 'react'
import type { CodeEditorHandle } from '../editor/code-editor.tsx'
import { createMemberSource } from '../editor/member-source.ts'
import { inputFields } from '../form/input-fields.ts'
import type { FieldProblem, NodeData, UpstreamVariable } from '../graph/document.ts'
import { labels } from '../labels/code-node.ts'
import type { InputSources } from '../run-state/input-source.ts'
import type { Preparing } from '../run-state/node-tests.ts'
import { RunBar } from '../test-run/run-bar.tsx'
import { TestRun } from '../test-run/test-run.tsx'
import { useTestRun } from '../test-run/use-test-run.ts'
import { cx } from '../ui/cx.ts'
import { VisuallyHidden } from '../ui/field.tsx'
import { AdvancedSettings } from './advanced-settings.tsx'
import { CodeSection } from './code-section.tsx'
import { FailureSettings } from './failure-settings.tsx'
import { InputVariables } from './input-variables.tsx'
import { OutputVariables } from './output-variables.tsx'
import styles from './panel.module.css'
import { problemsElsewhere } from './problems-of.ts'
import { RetrySettings } from './retry-settings.tsx'
import { renameOutputIn, setOutputType } from './set-outputs.ts'
import { useAnswer } from './use-answer.ts'
import { useNodeEdits } from './use-node-edits.ts'

export type CodeNodePanelProps = {
  /** The settings of the node, as its document has them. */
  node: NodeData
  /** Steps with the same key belong together when they are undone. */
  onChange: (next: NodeData, mergeKey?: string) => void
  /**
   * Renames an output, in the node and in all that reads it. `above`: the names of the objects around a member of an
   * output; none for an output itself. Default: the panel renames it in the node alone.
   */
  onRenameOutput?: (from: string, to: string, above: readonly string[]) => void
  /** What the inputs can be taken from. */
  upstream: readonly UpstreamVariable[]
  client: Client
  /** What is wrong with the node, by the path in its settings. */
  problems: readonly FieldProblem[]
  /** The inputs that the node had in the last run of its workflow. */
  lastInputs?: Record<string, unknown>
  /** Where the inputs of test runs come from, by the name of the input. Default: `lastInputs`. */
  sources?: InputSources
  /** Runs what comes before the node, when a source is missing, and gives the sources as they are then. */
  runBefore?: (at: Preparing) => Promise<InputSources>
  /** What became of the node in the last run of its workflow. */
  nodeRecord?: WorkflowNodeRecord | null
  /** The settings that the node had then. Default: not known. */
  recordedNode?: NodeData | null
  /**
   * Under which test runs are remembered, with their inputs and results: one for each node of the page. Default: the id of
   * `nodeRecord`, or the title.
   */
  nodeId?: string
}

const askPackages = (client: Client, signal: AbortSignal) => client.packages({ signal })

/** Everything about a Code node: its settings from the inputs to the limits, its code, and test runs. */
export function CodeNodePanel(props: CodeNodePanelProps) {
  // What is typed and run belongs to one node.
  return <PanelOfNode key={props.nodeId} {...props} />
}

function PanelOfNode(props: CodeNodePanelProps) {
  const { node, onChange, onRenameOutput, upstream, client, problems, nodeRecord } = props
  const title = node.title ?? ''
  const headingId = useId()
  const handle = useRef<CodeEditorHandle>(null)
  const { edit, current } = useNodeEdits(node, onChange)
  const fields = useMemo(() => inputFields(node, upstream), [node, upstream])
  const { answer } = useAnswer(client, askPackages)
  const members = useMemo(() => createMemberSource(client), [client])
  const nodeId = props.nodeId ?? nodeRecord?.id ?? title
  const run = useTestRun({
    client,
    readNode: current,
    node,
    nodeId,
    fields,
    lastInputs: props.lastInputs ?? nodeRecord?.inputs ?? undefined,
    sources: props.sources,
    runBefore: props.runBefore,
    nodeRecord: nodeRecord ?? null,
    recordedNode: props.recordedNode ?? null,
  })
  const renameOutput = (from: string, to: string, above: readonly string[]): void => {
    if (onRenameOutput) onRenameOutput(from, to, above)
    else edit((before) => renameOutputIn(before, from, to, above))
  }
  const common = { node, edit, problems }
  const elsewhere = problemsElsewhere(problems, node.type)
  const bar = <RunBar {...run.bar} />
  const testRun = (
    <TestRun
      {...run.view}
      onGoToLine={(line) => handle.current?.goToLine(line)}
      onFix={({ path, type }) => edit((before) => setOutputType(before, path, type))}
    />
  )
  return (
    <div className={cx('codenode', styles.panel)}>
      <div className={styles.bar}>{bar}</div>
      {/* biome-ignore lint/a11y/useSemanticElements: nothing is sent as a form would be */}
      <div className={styles.columns} role="form" aria-labelledby={headingId}>
        <div className={styles.settings}>
          <VisuallyHidden>
            <h2 id={headingId}>{labels.panel.name(title)}</h2>
          </VisuallyHidden>
          {elsewhere.length > 0 && (
            <ul className={styles.problems} aria-label={labels.panel.problems(elsewhere.length)}>
              {elsewhere.map(({ path, message }) => (
                <li key={path + message}>{path ? `${path} ${message}` : message}</li>
              ))}
            </ul>
          )}
          <InputVariables {...common} upstream={upstream} />
          <CodeSection
            {...common}
            nodeId={nodeId}
            fields={fields}
            upstream={upstream}
            samples={run.samples}
            packages={answer.name === 'known' ? answer.value : null}
            members={members}
            onRun={run.start}
            failure={run.failure}
            testRun={
              <>
                <div className={styles.bar} data-place="beside">
                  {bar}
                </div>
                {testRun}
              </>
            }
            handle={handle}
          />
        </div>
        {testRun}
        <div className={styles.settings}>
          <OutputVariables {...common} onRenameOutput={renameOutput} lastResult={run.lastResult} />
          <RetrySettings {...common} />
          <FailureSettings {...common} />
          <AdvancedSettings {...common} client={client} />
        </div>
      </div>
    </div>
  )
}
