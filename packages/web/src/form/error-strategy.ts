import { type ErrorStrategy, errorStrategies, isObject, type OutputType } from 'codenode/contract'
import type { NodeData } from '../graph/document.ts'
import { outputsToRows } from './output-rows.ts'
import { convertValue, emptyValue, formatValue } from './values.ts'

/** The default value of an output as it is edited. */
export type DefaultField = { name: string; type: OutputType; value: unknown; text: string }

export function strategyOf(data: NodeData): ErrorStrategy {
  return errorStrategies.find((known) => known === data.error_strategy) ?? 'none'
}

/** Chooses what happens on failure. Default values that were written stay for when they are chosen again. */
export function setErrorStrategy(data: NodeData, strategy: ErrorStrategy): NodeData {
  if (strategy === strategyOf(data)) return data
  if (strategy === 'none') {
    const { error_strategy: _, ...rest } = data
    return rest
  }
  const changed = { ...data, error_strategy: strategy }
  return strategy === 'default-value' ? alignDefaults(changed) : changed
}

/** One field for each declared output. */
export function defaultFields(data: NodeData): DefaultField[] {
  const entries = entriesOf(data)
  return rowsOf(data).map(({ name, type }) => {
    const entry = entries.find((it) => it.key === name && it.type === type)
    const value = entry ? (entry.value ?? null) : emptyValue(type)
    // Dify's form writes "0" and "{}" for what is no text.
    return { name, type, value, text: formatDefault(type, value) }
  })
}

/** Sets the default of an output. All declared outputs then have one, and those that are gone have none. */
export function setDefault(data: NodeData, name: string, value: unknown): NodeData {
  const aligned = alignDefaults(data)
  const entries = entriesOf(aligned).map((entry) => (entry.key === name ? { ...entry, value } : entry))
  return { ...aligned, default_value: entries }
}

/** Makes the default values fit the declared outputs; those that still fit are kept. */
export function alignDefaults(data: NodeData): NodeData {
  const before = entriesOf(data)
  const entries = rowsOf(data).map(({ name, type }) => {
    const entry = before.find((it) => it.key === name)
    return entry?.type === type ? entry : { ...entry, key: name, type, value: convertValue(type, entry?.value) }
  })
  const isSame = entries.length === before.length && entries.every((entry, index) => entry === before[index])
  return isSame && Array.isArray(data.default_value) ? data : { ...data, default_value: entries }
}

function formatDefault(type: OutputType, value: unknown): string {
  return typeof value === 'string' ? value : formatValue(type, value)
}

/** A template has no declared outputs and one text. */
function rowsOf(data: NodeData): { name: string; type: OutputType }[] {
  return data.type === 'template-transform' ? [{ name: 'output', type: 'string' }] : outputsToRows(data.outputs)
}

function entriesOf({ default_value: defaults }: NodeData): Record<string, unknown>[] {
  return Array.isArray(defaults) ? defaults.filter(isObject) : []
}
