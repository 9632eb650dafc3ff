import type { JsonValue } from '../contract/values.ts'
import { unwrapAnswer, writeWorkflowText } from './document-text.ts'
import { checkWorkflow } from './parse-workflow.ts'
import { readEntries } from './parts/read-entries.ts'
import { readHead } from './parts/read-head.ts'
import { proposeStandIns } from './stand-ins/read-stand-ins.ts'
import type { Use } from './stand-ins/uses.ts'
import { nameWay } from './stand-ins/ways-out.ts'

/**
 * Stand-ins for the nodes of a workflow that do not run here, with values made from what later nodes read: to be filled, or
 * taken as they are. Empty where all nodes run.
 *
 * @example
 * await runWorkflow(document, inputs, { sandbox, standIns: { ...makeStandIns(document), llm: { text: 'Hello' } } })
 */
export function makeStandIns(document: unknown): Record<string, Record<string, JsonValue>> {
  return Object.fromEntries(propose(document).map(({ entry, outputs }) => [entry.id, outputs]))
}

/** The same as a file in YAML to be filled: each node with its type, its title and what later nodes read. */
export function writeStandIns(document: unknown): string {
  const parts = propose(document).map(({ entry, outputs, uses, ways }) => {
    const lines = [
      `${String(entry.data.type)}: ${entry.title}`,
      sayUses(uses),
      ...(ways.length > 1 ? [`branch is one of ${ways.map(nameWay).join(', ')}.`] : []),
      ...(entry.parentId === null ? [] : ['It runs for each item: a list gives one for each.']),
    ]
    return `${lines.map(toComment).join('\n')}\n${writeWorkflowText({ [entry.id]: outputs })}`
  })
  return parts.length > 0 ? parts.join('\n') : '{}\n'
}

function propose(document: unknown) {
  const { head } = readHead(unwrapAnswer(document))
  if (!head) return []
  const needed = new Set(
    checkWorkflow(document)
      .flatMap(({ nodeType, nodes }) => (nodeType ? (nodes ?? []) : []))
      .map(({ id }) => id),
  )
  const { entries } = readEntries(head.nodes, head.path)
  return proposeStandIns(entries, head.edges, ({ id }) => needed.has(id))
}

function sayUses(uses: readonly Use[]): string {
  const names = [...new Set(uses.map(({ name, steps }) => [name, ...steps].join('.')))]
  return names.length > 0 ? `Later nodes read ${names.join(', ')}.` : 'No later node reads it.'
}

/** On one line, whatever a title holds. */
function toComment(text: string): string {
  return `# ${text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, 500)}`
}
