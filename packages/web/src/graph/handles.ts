import { isObject, toNodeType } from 'codenode/contract'
import { labels } from '../labels/editor.ts'
import type { GraphNode } from './document.ts'

/** Where edges leave a node. */
export type Handle = { readonly id: string; readonly label: string }

/** The handles of a node, from top to bottom. */
export function handlesOf({ data }: Pick<GraphNode, 'data'>): Handle[] {
  switch (toNodeType(data.type)) {
    case 'code':
    case 'template-transform':
      return data.error_strategy === 'fail-branch'
        ? [next, { id: 'fail-branch', label: labels.handles.failBranch }]
        : [next]
    case 'if-else':
      return [...caseIds(data.cases).map(toCase), { id: 'false', label: labels.handles.else }]
    case 'end':
      return []
    case 'start':
    case 'variable-aggregator':
    case 'iteration':
    case 'iteration-start':
    case 'answer':
      return [next]
    case null:
      // A type that is not run may have handles of its own, which are not known here.
      return [next]
  }
}

const next: Handle = { id: 'source', label: labels.handles.next }

/** Older nodes have one list of conditions instead of cases, whose handle is `true`. */
function caseIds(cases: unknown): string[] {
  if (!Array.isArray(cases) || cases.length === 0) return ['true']
  return cases.flatMap((entry: unknown) =>
    isObject(entry) && typeof entry.case_id === 'string' ? [entry.case_id] : [],
  )
}

function toCase(id: string, index: number): Handle {
  return { id, label: labels.handles.case(index) }
}
