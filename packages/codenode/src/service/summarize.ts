import type { RunEnd, RunStart } from './kept-run.ts'
import type { RunSummary } from './types.ts'

/** What lists say of a run that is not read from the file. `attempts`: so far. */
export function summarize({ start, end }: { start: RunStart; end: RunEnd | null }): RunSummary {
  const { record = null, durationMs = null } = end ?? {}
  const { subject } = start
  const status: RunSummary['status'] = record?.status ?? 'running'
  const about = {
    id: start.id,
    status,
    startedAt: start.startedAt.toISOString(),
    durationMs,
    error: record?.error ? { code: record.error.code, message: record.error.message } : null,
    rerunOf: start.rerunOf,
  }
  if (subject.kind === 'workflow') return { ...about, ...subject, language: null }
  return { ...about, ...subject, attempts: record && 'attempts' in record ? record.attempts.length : 0 }
}
