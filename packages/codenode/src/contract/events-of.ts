import type { RunEvent } from './events.ts'
import type { RunRecord } from './record.ts'

/**
 * The events that a run told, from its record. `retryWaits`: the `retryInMs` of each attempt, which records do not hold;
 * where they are not known, every attempt reads as the last.
 */
export function eventsOf(record: RunRecord, retryWaits: readonly (number | null)[] = []): RunEvent[] {
  const runId = record.id
  const events: RunEvent[] = [{ type: 'status', runId, status: 'running' }]
  for (const [position, attempt] of record.attempts.entries()) {
    for (const entry of attempt.logs) events.push({ type: 'log', runId, attempt: attempt.index, entry })
    events.push({ type: 'attempt', runId, attempt, retryInMs: retryWaits[position] ?? null })
  }
  events.push({ type: 'status', runId, status: record.status }, { type: 'result', runId, record })
  return events
}
