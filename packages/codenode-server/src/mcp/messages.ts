import type { AnyEvent } from 'codenode/internal/contract/run-documents'

/** What a client is told while something runs. `text`: for people. */
export type Message = { level: 'info' | 'warning'; data: Record<string, unknown>; text: string }

/** Of an event that is told: what is printed, and how the nodes of a workflow come on, but not for each item of an iteration. */
export function toMessage(event: AnyEvent): Message | null {
  switch (event.type) {
    case 'log': {
      const { type: _type, entry, ...about } = event
      const level = entry.stream === 'stderr' ? 'warning' : 'info'
      return { level, data: { ...about, ...entry }, text: entry.text.trimEnd() }
    }
    case 'node': {
      const { runId, nodeId, title, nodeType, iteration, status } = event
      if (iteration) return null
      const hasFailed = status === 'failed' || status === 'exception' || status === 'retry'
      const error = 'error' in event ? event.error : null
      const data = { runId, nodeId, title, nodeType, status, ...(error ? { error } : {}) }
      return { level: hasFailed ? 'warning' : 'info', data, text: `${title}: ${status}` }
    }
    case 'status':
    case 'attempt':
    case 'result':
      return null
  }
}
