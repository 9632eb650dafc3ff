import { formatSelector, isObject } from 'codenode/contract'
import { uniqueName } from '../form/names.ts'
import { nameFor } from '../graph/choose-obvious.ts'
import type { NodeData, UpstreamVariable } from '../graph/document.ts'

/** An input of the node as a row; `entry` is what the document has, kept whole. */
export type InputRow = {
  readonly name: string
  readonly selector: readonly string[]
  readonly type: string | null
  readonly entry: Readonly<Record<string, unknown>>
}

export function inputRows({ variables }: NodeData): InputRow[] {
  if (!Array.isArray(variables)) return []
  return variables.map((raw: unknown) => {
    const entry = isObject(raw) ? raw : {}
    const { variable, value_selector: selector, value_type: type } = entry
    return {
      name: typeof variable === 'string' ? variable : '',
      selector: Array.isArray(selector) ? selector.map(String) : [],
      type: typeof type === 'string' ? type : null,
      entry,
    }
  })
}

export function addInput(node: NodeData): NodeData {
  const rows = inputRows(node)
  const name = uniqueName(
    'input',
    rows.map((row) => row.name),
  )
  return withEntries(node, [...rows.map(({ entry }) => entry), { variable: name, value_selector: [] }])
}

export function removeInput(node: NodeData, index: number): NodeData {
  return withEntries(
    node,
    inputRows(node).flatMap(({ entry }, at) => (at === index ? [] : [entry])),
  )
}

export function renameInput(node: NodeData, index: number, name: string): NodeData {
  return changeEntry(node, index, { variable: name })
}

/** Takes a value from elsewhere; an input that has no name of its own yet gets that of the value. */
export function chooseSource(node: NodeData, index: number, source: UpstreamVariable): NodeData {
  const rows = inputRows(node)
  const row = rows[index]
  if (!row) return node
  const others = rows.filter((_, at) => at !== index).map(({ name }) => name)
  const wanted = nameFor(source)
  const isUnnamed = row.selector.length === 0 && /^(input(_\d+)?)?$/.test(row.name)
  return changeEntry(node, index, {
    value_selector: [...source.selector],
    value_type: source.type,
    ...(isUnnamed && wanted !== '' ? { variable: uniqueName(wanted, others) } : {}),
  })
}

/** Moves an input to another place; a place that does not exist changes nothing. */
export function moveInput(node: NodeData, from: number, to: number): NodeData {
  const entries = inputRows(node).map(({ entry }) => entry)
  const [moved] = entries.splice(from, 1)
  if (!moved || from === to || to < 0 || to > entries.length) return node
  return withEntries(node, entries.toSpliced(to, 0, moved))
}

/** The variable that an input reads; null when there is none such upstream. */
export function sourceOf(row: InputRow, upstream: readonly UpstreamVariable[]): UpstreamVariable | null {
  const wanted = formatSelector(row.selector)
  return upstream.find(({ selector }) => formatSelector(selector) === wanted) ?? null
}

function changeEntry(node: NodeData, index: number, change: Record<string, unknown>): NodeData {
  return withEntries(
    node,
    inputRows(node).map(({ entry }, at) => (at === index ? { ...entry, ...change } : entry)),
  )
}

function withEntries(node: NodeData, variables: readonly Readonly<Record<string, unknown>>[]): NodeData {
  return { ...node, variables }
}
