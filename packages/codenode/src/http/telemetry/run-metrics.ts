import type { Meter } from '@opentelemetry/api'
import type { Execution, Usage } from '../../contract/program.ts'
import type { RunRecord } from '../../contract/record.ts'
import type { ProgramRequest, RunSummary } from '../../service/types.ts'

export type RunMetrics = {
  countRun(language: RunSummary['language'], record: RunRecord): void
  countProgram(language: ProgramRequest['language'], execution: Execution): void
}

type Ended = {
  kind: 'node' | 'program'
  language: RunSummary['language']
  status: RunRecord['status']
  /** Empty where nothing failed. */
  errorCode: string
  usage: Usage
}

/** From a forked child's millisecond to the longest runs that are usual. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30, 60, 300]
/** From 1 MiB to 4 GiB. */
const bytes = Array.from({ length: 13 }, (_, power) => 2 ** (20 + power))

/** Counters and histograms of runs that have ended, fed with each. */
export function createRunMetrics(meter: Meter): RunMetrics {
  const ofSeconds = (name: string, description: string) =>
    meter.createHistogram(name, { description, advice: { explicitBucketBoundaries: seconds } })
  const count = meter.createCounter('codenode_runs_total', { description: 'Runs that have ended.' })
  const duration = ofSeconds('codenode_run_duration_seconds', 'Wall time of all attempts of a run, without waiting.')
  const wait = ofSeconds('codenode_run_queue_seconds', 'Time that a run waited for a sandbox.')
  const cpu = ofSeconds('codenode_run_cpu_seconds', 'CPU time of all attempts of a run.')
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
    countRun: (language, { status, error, usage }) =>
      add({ kind: 'node', language, status, errorCode: error?.code ?? '', usage }),
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
