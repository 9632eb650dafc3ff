import { LazyOutputs } from '../contract/lazy-outputs.ts'
import type { Isolation, Usage } from '../contract/program.ts'
import type { Attempt, RunRecord } from '../contract/record.ts'
import { holdLazyOutputs } from '../contract/record-text.ts'

export type RecordParts = Pick<RunRecord, 'id' | 'status' | 'branch' | 'error' | 'warnings' | 'attempts' | 'node'> & {
  outputs: RunRecord['outputs'] | LazyOutputs
  isolation: Isolation
  startedAt: Date
}

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
  return parts.outputs instanceof LazyOutputs ? holdLazyOutputs(record, parts.outputs) : record
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
  return sum
}
