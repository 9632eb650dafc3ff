import { nodesOf } from './access.ts'
import type { WorkflowDocument } from './document.ts'

/** New ids for nodes: milliseconds, as in Dify, and never one that is or was just in use. */
export function freshIds(document: WorkflowDocument, count: number, nowMs = Date.now()): string[] {
  const numbers = nodesOf(document).map(({ id }) => (/^\d{1,15}$/.test(id) ? Number(id) : 0))
  const first = numbers.reduce((highest, number) => Math.max(highest, number + 1), nowMs)
  return Array.from({ length: count }, (_, index) => String(first + index))
}

/** The title, with a number behind it when a node has it already. */
export function uniqueTitle(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  const stem = wanted.replace(/ \d{1,6}$/, '')
  let number = 2
  while (taken.has(`${stem} ${number}`)) number++
  return `${stem} ${number}`
}

export function titlesOf(document: WorkflowDocument): Set<string> {
  return new Set(nodesOf(document).flatMap(({ data }) => (typeof data.title === 'string' ? [data.title] : [])))
}
