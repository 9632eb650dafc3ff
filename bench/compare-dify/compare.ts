import type { Case, NodeOutcome, Outcome } from './case.ts'
import { type Difference, differences, type Row } from './differences.ts'

export type Compared = {
  difference: Difference
  /** The row of the list that expects it; null: none does. */
  row: Row | null
}

/** What is not alike in the two outcomes of a case; null when all is. */
export function compareOutcomes(given: Case, dify: Outcome, ours: Outcome): Difference | null {
  const nodes = [...new Set([...Object.keys(dify.nodes), ...Object.keys(ours.nodes)])].filter((id) =>
    isUnlike(dify.nodes[id], ours.nodes[id]),
  )
  return nodes.length > 0 || isUnlike(dify, ours) ? { case: given, dify, ours, nodes } : null
}

/** Finds the row that expects a difference: the first that says so. */
export function explain(difference: Difference): Compared {
  return {
    difference,
    row: differences.find((row) => row.topics.includes(difference.case.topic) && row.shows(difference)) ?? null,
  }
}

/** The rows that nothing showed. */
export function unseenRows(compared: readonly Compared[]): Row[] {
  const seen = new Set(compared.map(({ row }) => row))
  return differences.filter((row) => !seen.has(row))
}

function isUnlike(a: NodeOutcome | undefined, b: NodeOutcome | undefined): boolean {
  if (!a || !b) return a !== b
  return a.status !== b.status || a.outputs !== b.outputs || a.branch !== b.branch || a.errorType !== b.errorType
}

/** One line: case, input, Dify's outcome, ours. */
export function describeDifference({ case: given, dify, ours, nodes }: Difference): string {
  const input = given.inputsJson === '{}' ? '' : ` with ${shorten(given.inputsJson)}`
  return `${given.topic}: ${given.name}${input}: Dify ${describe(dify, nodes)}; Codenode ${describe(ours, nodes)}`
}

function describe(outcome: Outcome, nodes: readonly string[]): string {
  const parts = nodes.map((id) => `${id} ${outcome.nodes[id] ? describeNode(outcome.nodes[id]) : 'did not run'}`)
  const message = outcome.message ? ` (${shorten(lastLine(outcome.message))})` : ''
  return [describeNode(outcome), ...parts].join(', ') + message
}

function describeNode({ status, outputs, branch, errorType }: NodeOutcome): string {
  return [status, errorType, outputs === '{}' ? '' : shorten(outputs), branch && `by ${branch}`]
    .filter(Boolean)
    .join(' ')
}

/** A traceback says at its end what went wrong. */
function lastLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')
      .at(text.startsWith('process exited') ? -1 : 0) ?? ''
  )
}

function shorten(text: string): string {
  return text.length > 160 ? `${text.slice(0, 120)}… (${text.length} characters)` : text
}
