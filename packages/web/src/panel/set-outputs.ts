import { isObject, type OutputType } from 'codenode/contract'
import { alignDefaults, strategyOf } from '../form/error-strategy.ts'
import { type OutputRow, outputsToRows, rowsToOutputs } from '../form/output-rows.ts'
import type { NodeData } from '../graph/document.ts'

/** Declares the outputs. Default values, where they are in use, follow. */
export function setOutputRows(node: NodeData, rows: readonly OutputRow[]): NodeData {
  const changed = { ...node, outputs: rowsToOutputs(rows) }
  return strategyOf(node) === 'default-value' ? alignDefaults(changed) : changed
}

/** Declares an output, or a member of one, as another type. `path`: the output, and the names of members below it. */
export function setOutputType(node: NodeData, path: readonly string[], type: OutputType): NodeData {
  return setOutputRows(node, retypeRow(outputsToRows(node.outputs), path, type))
}

function retypeRow(rows: readonly OutputRow[], [first, ...rest]: readonly string[], type: OutputType): OutputRow[] {
  return rows.map((row) => {
    if (row.name !== first) return row
    return rest.length > 0 ? { ...row, children: retypeRow(row.children, rest, type) } : { ...row, type, children: [] }
  })
}

/** Gives an output another name; its default value goes along. `above`: the names of the objects around a member. */
export function renameOutputIn(node: NodeData, from: string, to: string, above: readonly string[] = []): NodeData {
  const rows = renameRow(outputsToRows(node.outputs), [...above, from], to)
  const renamed = { ...node, outputs: rowsToOutputs(rows) }
  if (above.length > 0 || !Array.isArray(node.default_value)) return renamed
  const entries = node.default_value as readonly unknown[]
  return {
    ...renamed,
    default_value: entries.map((entry) => (isObject(entry) && entry.key === from ? { ...entry, key: to } : entry)),
  }
}

function renameRow(rows: readonly OutputRow[], [first, ...rest]: readonly string[], to: string): OutputRow[] {
  return rows.map((row) => {
    if (row.name !== first) return row
    return rest.length === 0 ? { ...row, name: to } : { ...row, children: renameRow(row.children, rest, to) }
  })
}
