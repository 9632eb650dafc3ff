import type { Client, RunDocument } from 'codenode/client'
import { isInProgress, isObject, type RunRecord, type WorkflowRecord } from 'codenode/contract'
import { Play } from 'lucide-react'
import { useCallback, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { AttemptList } from '../record/attempt-list.tsx'
import { HandledFailures } from '../record/handled-failures.tsx'
import { Outputs } from '../record/outputs.tsx'
import { ErrorBlock, Part, ValueBlock } from '../record/parts.tsx'
import recordStyles from '../record/record.module.css'
import { type AskedStep, StepList } from '../record/step-list.tsx'
import { LogList } from '../results/log-list.tsx'
import { logsOf } from '../run-state/node-run-state.ts'
import { type Step, toStep } from '../run-state/step.ts'
import type { WorkflowRun } from '../run-state/workflow-run.ts'
import { useQuery } from '../service/use-query.ts'
import { Button } from '../ui/button.tsx'

type RunBodyProps = { run: RunDocument; live: WorkflowRun; onRerun: (nodeId: string) => void }

/** What a run was given, did and gave. */
export function RunBody({ run, live, onRerun }: RunBodyProps) {
  const [asked, setAsked] = useState<AskedStep>()
  const showStep = (id: string): void => setAsked((before) => ({ id, number: (before?.number ?? 0) + 1 }))
  return (
    <div className={recordStyles.parts}>
      {'error' in run && run.error && <ErrorBlock error={run.error} isHandled={run.status === 'exception'} />}
      {'nodes' in run && <HandledFailures nodes={run.nodes} onShow={showStep} />}
      <Request id={run.id} />
      {'outputs' in run && (
        <Part level="page" title={labels.run.outputs}>
          {run.outputs ? (
            <Outputs outputs={run.outputs} />
          ) : (
            <p className={recordStyles.soft}>{labels.run.noOutputs}</p>
          )}
        </Part>
      )}
      <Warnings run={run} />
      {'nodes' in run && <WorkflowSteps record={run} onRerun={onRerun} asked={asked} />}
      {isInProgress(run) && 'workflow' in run && <LiveSteps live={live} />}
      {'attempts' in run && <NodeParts record={run} />}
    </div>
  )
}

/** What the run was asked to do: its inputs, and of a node its code. */
function Request({ id }: { id: string }) {
  const ask = useCallback((client: Client, signal: AbortSignal) => client.getRunRequest(id, { signal }), [id])
  const [query] = useQuery(ask)
  if (query.name !== 'ready') return null
  const { inputs } = query.value
  const code = 'node' in query.value ? codeOf(query.value.node) : null
  return (
    <>
      <Part level="page" title={labels.run.inputs}>
        {inputs === null ? <p className={recordStyles.soft}>{labels.run.notKept}</p> : <ValueBlock value={inputs} />}
      </Part>
      {code !== null && (
        <Part level="page" title={labels.run.code}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
          <pre className={recordStyles.json} tabIndex={0}>
            {code}
          </pre>
        </Part>
      )}
    </>
  )
}

function codeOf(node: unknown): string | null {
  return isObject(node) && typeof node.code === 'string' ? node.code : null
}

function Warnings({ run }: { run: RunDocument }) {
  if (!('warnings' in run) || run.warnings.length === 0) return null
  return (
    <Part level="page" title={labels.run.warnings}>
      <ul>
        {run.warnings.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {path} {message}
          </li>
        ))}
      </ul>
    </Part>
  )
}

type WorkflowStepsProps = {
  record: WorkflowRecord
  onRerun: (nodeId: string) => void
  asked: AskedStep | undefined
}

function WorkflowSteps({ record, onRerun, asked }: WorkflowStepsProps) {
  const tools = ({ id, status }: Step) =>
    status !== 'skipped' && (
      <Button look="quiet" icon={<Play />} onClick={() => onRerun(id)}>
        {labels.run.rerunNode}
      </Button>
    )
  return (
    <Part level="page" title={labels.run.steps}>
      <StepList steps={record.nodes.map(toStep)} tools={tools} asked={asked} />
    </Part>
  )
}

function LiveSteps({ live }: { live: WorkflowRun }) {
  if (live.name !== 'running') return null
  return (
    <>
      <Part level="page" title={labels.run.steps}>
        <StepList steps={live.order.flatMap((id) => live.nodes[id] ?? [])} />
      </Part>
      <Part level="page" title={labels.run.logs}>
        <LogList logs={live.logs} isLive />
      </Part>
    </>
  )
}

function NodeParts({ record }: { record: RunRecord }) {
  return (
    <>
      <Part level="page" title={labels.run.logs}>
        <LogList logs={logsOf(record)} isLive={false} />
      </Part>
      {record.attempts.length > 0 && (
        <Part level="page" title={labels.run.attempts}>
          <AttemptList attempts={record.attempts} />
        </Part>
      )}
    </>
  )
}
