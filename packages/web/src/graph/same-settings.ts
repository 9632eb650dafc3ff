import { stringifyLossless } from 'codenode/contract'
import { nodesOf, withInside } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'

/** What of a node's settings has no effect on its runs. */
const forPeople: ReadonlySet<string> = new Set(['title', 'desc', 'selected'])

const texts = new WeakMap<NodeData, string>()

/** The settings that decide what a node does, as text. Settings are never changed in place. */
export function settingsText(data: NodeData): string {
  const known = texts.get(data)
  if (known !== undefined) return known
  const effective = Object.entries(data).filter(([name]) => !forPeople.has(name))
  const text = stringifyLossless(Object.fromEntries(effective))
  texts.set(data, text)
  return text
}

/** Whether a node, with all that stands inside of it, would do in one document what it does in the other. */
export function doesSame(one: WorkflowDocument, other: WorkflowDocument, id: string): boolean {
  if (nodesOf(one) === nodesOf(other)) return true
  const [ours, theirs] = [withInside(one, [id]), withInside(other, [id])]
  return (
    ours.length === theirs.length &&
    ours.every(({ data }, at) => {
      const their = theirs[at]?.data
      return their !== undefined && (data === their || settingsText(data) === settingsText(their))
    })
  )
}
