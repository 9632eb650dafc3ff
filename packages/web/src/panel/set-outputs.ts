import { isObject } from 'codenode/contract'
import { alignDefaults, strategyOf } from '../form/error-strategy.ts'
import { type OutputRow, outputsToRows, rowsToOutputs } from '../form/output-rows.ts'
import type { NodeData } from '../graph/document.ts'

/** Declares the outputs. Default values, where they are in use, follow. */
export function setOutputRows(node: NodeData, rows: readonly OutputRow[]): NodeData {
  const changed = { ...node, outputs: rowsToOutputs(rows) }
  return strategyOf(node) === 'default-value' ? alignDefaults(changed) : changed
}

/** Gives an output another name; its default value goes along. */
export function renameOutputIn(node: NodeData, from: string, to: string): NodeData {
  const rows = outputsToRows(node.outputs).map((row) => (row.name === from ? { ...row, name: to } : row))
  const renamed = { ...node, outputs: rowsToOutputs(rows) }
  if (!Array.isArray(node.default_value)) return renamed
  const entries = node.default_value as readonly unknown[]
  return {
    ...renamed,
    default_value: entries.map((entry) => (isObject(entry) && entry.key === from ? { ...entry, key: to } : entry)),
  }
}
