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
 * aggregator's groups are outputs, too. Nothing changes when the node has no such output, or has one of the new name.
 */
export function renameOutput(document: WorkflowDocument, nodeId: string, from: string, to: string): WorkflowDocument {
  const node = findNode(document, nodeId)
  const data = node && renameIn(node.data, from, to)
  if (!data) return document
  return mapNodes(document, (it) => {
    const own = it.id === nodeId ? data : it.data
    return withData(it, redirect(own, nodeId, from, to))
  })
}

function redirect(data: NodeData, nodeId: string, from: string, to: string): NodeData {
  return mapSelectors(data, (selector) => {
    const [source, name, ...rest] = selector
    return source === nodeId && name === from ? [source, to, ...rest] : selector
  })
}

/** Null: there is nothing of that name, or the new one is taken. */
function renameIn(data: NodeData, from: string, to: string): NodeData | null {
  if (from === to || to === '') return null
  if (data.type === 'code') return renameCodeOutput(data, from, to)
  if (data.type === 'start') {
    const variables = renameEntries(data.variables, 'variable', from, to)
    return variables && { ...data, variables }
  }
  if (data.type !== 'variable-aggregator' && data.type !== 'variable-assigner') return null
  if (!isObject(data.advanced_settings)) return null
  const groups = renameEntries(data.advanced_settings.groups, 'group_name', from, to)
  return groups && { ...data, advanced_settings: { ...data.advanced_settings, groups } }
}

function renameCodeOutput(data: NodeData, from: string, to: string): NodeData | null {
  const { outputs, default_value: defaults } = data
  if (!isObject(outputs) || !Object.hasOwn(outputs, from) || Object.hasOwn(outputs, to)) return null
  const renamed = Object.fromEntries(Object.entries(outputs).map(([name, spec]) => [name === from ? to : name, spec]))
  if (!Array.isArray(defaults)) return { ...data, outputs: renamed }
  // A default that is left over from an output of the new name would be there twice.
  const kept = defaults.filter((entry: unknown) => !isObject(entry) || entry.key !== to)
  return { ...data, outputs: renamed, default_value: renameEntries(kept, 'key', from, to) ?? kept }
}

function renameEntries(entries: unknown, key: string, from: string, to: string): unknown[] | null {
  if (!Array.isArray(entries)) return null
  const names = entries.map((entry: unknown) => (isObject(entry) ? entry[key] : undefined))
  if (!names.includes(from) || names.includes(to)) return null
  return entries.map((entry: unknown) => (isObject(entry) && entry[key] === from ? { ...entry, [key]: to } : entry))
}
