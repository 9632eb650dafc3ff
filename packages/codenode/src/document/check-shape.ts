import type { Issue } from '../contract/failures.ts'
import { edgeEntrySchema, nodeEntrySchema } from '../contract/workflow-document.ts'
import { explainZodIssue } from '../reading/explain-zod-issue.ts'
import { locate, readHead } from './parts/read-head.ts'

/**
 * The least that a document needs to be shown and edited: a graph whose nodes and edges have their ids and ends. What the
 * nodes' settings must be to run is not looked at. `whole`: a graph that stands alone is put where an export has it.
 */
export function checkShape(document: unknown): { whole: unknown; issues: Issue[] } {
  const { head, issues } = readHead(document)
  if (!head) return { whole: null, issues: issues.map(({ path, message }) => ({ path, message })) }
  const start = head.path === '' ? '' : `${head.path}.`
  const found = [
    ...head.nodes.flatMap((node, index) => check(nodeEntrySchema, node, `${start}nodes[${index}]`)),
    ...head.edges.flatMap((edge, index) => check(edgeEntrySchema, edge, `${start}edges[${index}]`)),
  ]
  return { whole: locate(document)?.whole ?? null, issues: found }
}

function check(schema: typeof nodeEntrySchema | typeof edgeEntrySchema, entry: unknown, path: string): Issue[] {
  const { error } = schema.safeParse(entry, { reportInput: true })
  return (error?.issues ?? [])
    .flatMap(explainZodIssue)
    .map((it) => ({ path: it.path === 'node' ? path : `${path}.${it.path}`, message: it.message }))
}
