import type { RunSummary } from '../api/types.ts'
import type { PendingRun, RunSubject } from './kept-run.ts'

/** What lists say of a run that is not read from the file. `attempts`: so far. */
export function summarize({ start, end, isQueued }: Omit<PendingRun, 'request'>): RunSummary {
  const { record = null, durationMs = null } = end ?? {}
  const subject = toListedSubject(start.subject)
  const status: RunSummary['status'] = record?.status ?? (isQueued ? 'queued' : 'running')
  const about = {
    id: start.id,
    status,
    startedAt: start.startedAt.toISOString(),
    durationMs,
    error: record?.error ? toListed(record.error) : null,
    rerunOf: start.rerunOf,
  }
  if (subject.kind === 'workflow') return { ...about, ...subject, language: null }
  return { ...about, ...subject, attempts: record && 'attempts' in record ? record.attempts.length : 0 }
}

/** A list has hundreds of runs, and a name or a message can be as long as a request. The record has them whole. */
const mostCharacters = { name: 200, message: 2000 }

export function toListed({ code, message }: { code: string; message: string }): { code: string; message: string } {
  return { code, message: cut(message, mostCharacters.message) }
}

export function toListedSubject(subject: RunSubject): RunSubject {
  const name = (text: string): string => cut(text, mostCharacters.name)
  if (subject.kind === 'node') {
    const { id, title } = subject.node
    return { ...subject, node: { id: id === null ? null : name(id), title: name(title) } }
  }
  const { workflow } = subject
  const version = workflow.version === null ? null : name(workflow.version)
  return { ...subject, workflow: { ...workflow, name: name(workflow.name), version } }
}

function cut(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters)}…` : text
}
