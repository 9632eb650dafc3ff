import { isObject } from 'codenode/contract'
import { findNode, mapNodes, nodesOf, withData } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'
import { mapSelectors, selectorsIn } from './map-selectors.ts'

/** A place that reads a node's variable; `path` is counted from the data of the node that reads. */
export type Use = { nodeId: string; nodeTitle: string; selector: readonly string[]; path: string }

/** Everything that reads a node's variables, or one of them. */
export function usesOf(document: WorkflowDocument, nodeId: string, name?: string): Use[] {
  return nodesOf(document).flatMap((node) =>
    selectorsIn(node.data)
      .filter(({ selector: [source, variable] }) => source === nodeId && (name === undefined || variable === name))
      .map(({ selector, path }) => ({ nodeId: node.id, nodeTitle: node.data.title ?? '', selector, path })),
  )
}

/**
 * Gives an output of a node another name, in the node and in everything that reads it. A start node's inputs and an
 * aggregator's groups are outputs, too. `above`: the names of the objects around a member of a Code node's output.
 * Nothing changes when the node has no such output, or has one of the new name.
 */
export function renameOutput(
  document: WorkflowDocument,
  nodeId: string,
  from: string,
  to: string,
  above: readonly string[] = [],
): WorkflowDocument {
  const node = findNode(document, nodeId)
  const data = node && (above.length > 0 ? renameMemberIn(node.data, above, from, to) : renameIn(node.data, from, to))
  if (!data) return document
  const [before, after] = [
    [nodeId, ...above, from],
    [nodeId, ...above, to],
  ]
  return mapNodes(document, (it) => withData(it, redirect(it.id === nodeId ? data : it.data, before, after)))
}

/** Lets everything that reads a variable, or a part of it, read another one. */
export function redirect(data: NodeData, from: readonly string[], to: readonly string[]): NodeData {
  return mapSelectors(data, (selector) =>
    from.every((step, at) => selector[at] === step) ? [...to, ...selector.slice(from.length)] : selector,
  )
}

function renameMemberIn(data: NodeData, above: readonly string[], from: string, to: string): NodeData | null {
  const outputs = data.type === 'code' && to !== '' ? renameMember(data.outputs, above, from, to) : null
  return outputs && { ...data, outputs }
}

/** Null: there is no such member, or the new name is taken. */
function renameMember(
  specs: unknown,
  [first, ...rest]: readonly string[],
  from: string,
  to: string,
): Record<string, unknown> | null {
  if (!isObject(specs)) return null
  if (first === undefined)
    return Object.hasOwn(specs, from) && !Object.hasOwn(specs, to) ? renamed(specs, from, to) : null
  const spec = Object.hasOwn(specs, first) ? specs[first] : null
  const children = isObject(spec) ? renameMember(spec.children, rest, from, to) : null
  return children && { ...specs, [first]: { ...(spec as object), children } }
}

function renamed(specs: Readonly<Record<string, unknown>>, from: string, to: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name === from ? to : name, spec]))
}

/** Null: there is nothing of that name, or the new one is taken. */
function renameIn(data: NodeData, from: string, to: string): NodeData | null {
  if (from === to || to === '') return null
  if (data.type === 'code') return renameCodeOutput(data, from, to)
  if (data.type === 'start') {
    const variables = renameEntries(data.variables, 'variable', from, to)
    return variables && { ...data, variables: variables.map((entry) => labelled(entry, from, to)) }
  }
  if (data.type !== 'variable-aggregator' && data.type !== 'variable-assigner') return null
  if (!isObject(data.advanced_settings)) return null
  const groups = renameEntries(data.advanced_settings.groups, 'group_name', from, to)
  return groups && { ...data, advanced_settings: { ...data.advanced_settings, groups } }
}

/** The label of an input follows its name until somebody writes another. */
function labelled(entry: unknown, from: string, to: string): unknown {
  return isObject(entry) && entry.variable === to && entry.label === from ? { ...entry, label: to } : entry
}

function renameCodeOutput(data: NodeData, from: string, to: string): NodeData | null {
  const { outputs, default_value: defaults } = data
  if (!isObject(outputs) || !Object.hasOwn(outputs, from) || Object.hasOwn(outputs, to)) return null
  const next = renamed(outputs, from, to)
  if (!Array.isArray(defaults)) return { ...data, outputs: next }
  // A default that is left over from an output of the new name would be there twice.
  const kept = defaults.filter((entry: unknown) => !isObject(entry) || entry.key !== to)
  return { ...data, outputs: next, default_value: renameEntries(kept, 'key', from, to) ?? kept }
}

function renameEntries(entries: unknown, key: string, from: string, to: string): unknown[] | null {
  if (!Array.isArray(entries)) return null
  const names = entries.map((entry: unknown) => (isObject(entry) ? entry[key] : undefined))
  if (!names.includes(from) || names.includes(to)) return null
  return entries.map((entry: unknown) => (isObject(entry) && entry[key] === from ? { ...entry, [key]: to } : entry))
}
