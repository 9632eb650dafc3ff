import type { Isolation, Usage } from '../contract/program.ts'
import type { Attempt, RunRecord } from '../contract/record.ts'
import { LazyOutputs, type Outputs } from '../values/lazy-outputs.ts'
import { holdLazyOutputs } from './record-text.ts'

type PickOfEach<Union, Key extends keyof Union> = Union extends unknown ? Pick<Union, Key> : never

/** How a run ended: the members of its record that depend on each other. */
type RecordEnd =
  | PickOfEach<RunRecord, 'status' | 'outputs' | 'error' | 'branch'>
  | { status: 'succeeded'; outputs: Outputs | LazyOutputs; error: null; branch: 'source' | null }

export type RecordParts = RecordEnd &
  Pick<RunRecord, 'id' | 'warnings' | 'attempts' | 'node'> & { isolation: Isolation; startedAt: Date }

/** The record of a run: its outcome, and what the attempts say together. */
export function buildRecord(parts: RecordParts): RunRecord {
  const { attempts, isolation, startedAt } = parts
  const record = {
    id: parts.id,
    status: parts.status,
    outputs: parts.outputs instanceof LazyOutputs ? null : parts.outputs,
    error: parts.error,
    branch: parts.branch,
    warnings: parts.warnings,
    attempts,
    logs: attempts.at(-1)?.logs ?? [],
    usage: sumUsage(attempts),
    isolation: { level: isolation.level, layers: { ...isolation.layers } },
    startedAt: startedAt.toISOString(),
    node: parts.node,
  }
  // `parts` has the outputs, error and branch that belong to its status.
  const whole = record as RunRecord
  return parts.outputs instanceof LazyOutputs ? holdLazyOutputs(whole, parts.outputs) : whole
}

/** Times add up; memory is freed between attempts, so its peak is the highest. */
function sumUsage(attempts: readonly Attempt[]): Usage {
  const sum = { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 }
  for (const { usage } of attempts) {
    sum.wallMs += usage.wallMs
    sum.queuedMs += usage.queuedMs
    sum.cpuMs += usage.cpuMs
    sum.peakMemoryBytes = Math.max(sum.peakMemoryBytes, usage.peakMemoryBytes)
  }
  // What adds up is exact to the microsecond, and stays so: 0.1 + 0.2 is 0.3.
  return { ...sum, wallMs: round(sum.wallMs), queuedMs: round(sum.queuedMs), cpuMs: round(sum.cpuMs) }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
