import { CodenodeError } from '../contract/error.ts'
import type { WorkflowIssue } from '../contract/failures.ts'
import { defaultLimits, type OutputLimits } from '../contract/limits.ts'
import type { CodeNode } from '../contract/node.ts'
import { unwrapAnswer } from './document-text.ts'
import { type Entry, readEntries } from './parts/read-entries.ts'
import { type DocumentHead, readHead } from './parts/read-head.ts'
import { readSettings } from './read-settings.ts'

/** The Code nodes of a workflow whose other nodes may be of any type. */
export type CodeNodes = {
  head: DocumentHead
  nodes: { id: string; title: string; path: string; type: 'code'; settings: CodeNode }[]
  /** All nodes by id, as they stand in the document. */
  entries: ReadonlyMap<string, Entry>
}

/** Reads only the Code nodes of a document. Throws `workflow_invalid` with what is wrong with those, or when there is none. */
export function parseCodeNodes(document: unknown, limits: OutputLimits = defaultLimits): CodeNodes {
  const { head, issues } = readHead(unwrapAnswer(document))
  if (!head) throw new CodenodeError('workflow_invalid', { issues })

  const { entries } = readEntries(head.nodes, head.path)
  const found: WorkflowIssue[] = []
  const nodes = entries.flatMap((entry) => {
    if (entry.type !== 'code') return []
    const { settings, issues: wrong } = readSettings(entry, limits)
    found.push(...wrong)
    const { id, title, path } = entry
    return settings?.type === 'code' ? [{ id, title, path, ...settings }] : []
  })
  if (nodes.length === 0 && found.length === 0) {
    found.push({ path: head.path === '' ? 'nodes' : `${head.path}.nodes`, message: 'have no Code node.', node: null })
  }
  if (found.length > 0) throw new CodenodeError('workflow_invalid', { issues: found })
  return { head, nodes, entries: new Map(entries.map((entry) => [entry.id, entry])) }
}
