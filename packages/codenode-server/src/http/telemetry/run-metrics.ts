import type { Meter } from '@opentelemetry/api'
import type { FailureCode } from 'codenode/internal/contract/failures'
import { languages } from 'codenode/internal/contract/node-words'
import type { Execution, Usage } from 'codenode/internal/contract/program'
import { type AnyRecord, isWorkflowRecord, type RunKind } from 'codenode/internal/contract/run-documents'
import type { ProgramRequest, RunSummary } from '../../service/api/types.ts'

export type RunMetrics = {
  countRun(language: RunSummary['language'], record: AnyRecord): void
  countProgram(language: ProgramRequest['language'], execution: Execution): void
  countRefusal(code: FailureCode): void
}

type Ended = {
  kind: RunKind | 'program'
  /** Empty for workflows, whose nodes have their own, and for nodes that run no code. */
  language: string
  status: AnyRecord['status']
  /** Empty where nothing failed. */
  errorCode: string
  usage: Usage
}

/** Of whole programs. */
const scriptLanguages: readonly ProgramRequest['language'][] = ['python', 'javascript']

/** From a forked child's millisecond to the longest runs that are usual. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300]
/** From 1 MiB to 4 GiB. */
const bytes = Array.from({ length: 13 }, (_, power) => 2 ** (20 + power))

/** Counters and histograms of runs that have ended, fed with each. */
export function createRunMetrics(meter: Meter): RunMetrics {
  const ofSeconds = (name: string, description: string) =>
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: seconds } })
  const count = meter.createCounter('codenode_runs_total', { description: 'Runs that have ended.' })
  const nodes = meter.createCounter('codenode_workflow_nodes_total', {
    description: 'Nodes of workflows that have ended or were skipped; those inside iterations are not counted.',
  })
  const refused = meter.createCounter('codenode_runs_refused_total', {
    description: 'Runs and programs that were refused: there were too many, or the service stopped.',
  })
  // A series that is not there before its first event hides that event from increase() and rate().
  for (const code of ['pool_full', 'too_many_runs', 'service_stopping']) refused.add(0, { error_code: code })
  for (const kind of ['node', 'program'] as const) {
    for (const language of kind === 'node' ? languages : scriptLanguages) {
      count.add(0, { kind, language, status: 'succeeded', error_code: '' })
    }
  }
  count.add(0, { kind: 'workflow', language: '', status: 'succeeded', error_code: '' })
  for (const error_code of ['sandbox_lost', 'sandbox_unavailable', 'internal_error', 'run_interrupted']) {
    for (const language of languages) count.add(0, { kind: 'node', language, status: 'failed', error_code })
  }
  const duration = ofSeconds(
    'codenode_run_duration_seconds',
    'Wall time of a run: of all attempts without waiting, or of a whole workflow.',
  )
  const wait = ofSeconds('codenode_run_queue_seconds', 'Time that a run waited for the sandbox.')
  const cpu = ofSeconds('codenode_run_cpu_seconds', 'CPU time of all that a run ran.')
  const memory = meter.createHistogram('codenode_run_peak_memory_bytes', {
    description: 'The most memory that an attempt of a run added to its interpreter.',
    advice: { explicitBucketBoundaries: bytes },
  })

  const add = ({ kind, language, status, errorCode, usage }: Ended): void => {
    count.add(1, { kind, language, status, error_code: errorCode })
    wait.record(usage.queuedMs / 1000, { kind, language })
    duration.record(usage.wallMs / 1000, { kind, language })
    cpu.record(usage.cpuMs / 1000, { kind, language })
    memory.record(usage.peakMemoryBytes, { kind, language })
  }
  return {
    countRun: (language, record) => {
      const { status, error, usage } = record
      const isWorkflow = isWorkflowRecord(record)
      const errorCode = error?.code ?? ''
      add({ kind: isWorkflow ? 'workflow' : 'node', language: language ?? '', status, errorCode, usage })
      if (isWorkflow) for (const node of record.nodes) nodes.add(1, { type: node.type, status: node.status })
    },
    countRefusal: (code) => refused.add(1, { error_code: code }),
    countProgram: (language, { outcome, usage }) => add({ kind: 'program', language, ...toEnd(outcome), usage }),
  }
}

function toEnd(outcome: Execution['outcome']): Pick<Ended, 'status' | 'errorCode'> {
  switch (outcome.status) {
    case 'returned':
      return { status: 'succeeded', errorCode: '' }
    case 'exited':
      return outcome.exitCode === 0
        ? { status: 'succeeded', errorCode: '' }
        : { status: 'failed', errorCode: 'code_exited' }
    case 'failed':
      return { status: 'failed', errorCode: outcome.failure.code }
    case 'cancelled':
      return { status: 'cancelled', errorCode: 'cancelled' }
  }
}
