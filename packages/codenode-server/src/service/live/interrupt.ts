import { buildFailure, toRecordError } from 'codenode/internal/contract/failure-values'
import type { Attempt, RunRecord } from 'codenode/internal/contract/record'
import { type AnyEvent, type AnyRecord, isWorkflowRecord } from 'codenode/internal/contract/run-documents'

/** What the run tells when it is cancelled because the service stops: that it failed by that. Other ends stay as they are. */
export function interruptEvent(event: AnyEvent): AnyEvent {
  if (event.type === 'result') {
    // The event and its record belong together.
    return { ...event, record: interruptRecord(event.record) } as AnyEvent
  }
  if (event.type === 'status' && event.status === 'cancelled') return { ...event, status: 'failed' }
  return event.type === 'attempt' ? { ...event, attempt: interruptAttempt(event.attempt) } : event
}

/** The record of a run that was cancelled because the service stops. */
export function interruptRecord(record: AnyRecord): AnyRecord {
  if (record.status !== 'cancelled') return record
  const error = interrupted()
  if (isWorkflowRecord(record)) return { ...record, status: 'failed', error }
  const ended: RunRecord = { ...record, status: 'failed', error }
  return { ...ended, attempts: record.attempts.map(interruptAttempt) }
}

function interruptAttempt(attempt: Attempt): Attempt {
  return attempt.status === 'cancelled' ? { ...attempt, status: 'failed', error: interrupted() } : attempt
}

const interrupted = () => toRecordError(buildFailure('run_interrupted', {}))
