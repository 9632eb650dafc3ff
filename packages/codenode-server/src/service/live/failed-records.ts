import { isCodenodeError } from 'codenode/internal/contract/error'
import { buildFailure, toRecordError } from 'codenode/internal/contract/failure-values'
import type { ExecutionFailure, Isolation } from 'codenode/internal/contract/program'
import type { AnyRecord } from 'codenode/internal/contract/run-documents'
import { buildRecord } from 'codenode/internal/record/build-record'
import type { RunStart } from '../history/kept-run.ts'

/** Of a run that was going on when the service was killed. */
export function buildInterrupted(start: RunStart, isolation: Isolation): AnyRecord {
  return buildFailed(start, buildFailure('run_interrupted', {}), isolation)
}

/** Of a run that could not be run: what is wrong with the request, or a mistake in Codenode. */
export function buildBroken(start: RunStart, error: unknown, isolation: Isolation): AnyRecord {
  if (isCodenodeError(error)) {
    return buildFailed(start, buildFailure(error.code, error.details, { message: error.message }), isolation)
  }
  const message = error instanceof Error ? error.message : String(error)
  return buildFailed(start, buildFailure('internal_error', { message }), isolation)
}

function buildFailed({ id, subject, startedAt }: RunStart, failure: ExecutionFailure, isolation: Isolation): AnyRecord {
  const about = { id, status: 'failed', outputs: null, error: toRecordError(failure), warnings: [] } as const
  if (subject.kind === 'node') {
    return buildRecord({ ...about, warnings: [], branch: null, attempts: [], isolation, startedAt, node: subject.node })
  }
  return {
    ...about,
    warnings: [],
    usage: { wallMs: 0, queuedMs: 0, cpuMs: 0, peakMemoryBytes: 0 },
    isolation: { level: isolation.level, layers: { ...isolation.layers } },
    startedAt: startedAt.toISOString(),
    workflow: subject.workflow,
    exceptionsCount: 0,
    nodes: [],
  }
}
