import { isObject } from 'codenode/contract'
import { findNode, mapNodes, withData } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'
import { mapSelectors } from './map-selectors.ts'

/** A group of a variable aggregator: the first of its variables that has a value is read as `[node, name, 'output']`. */
export type Group = { readonly name: string; readonly variables: readonly unknown[] }

export function isGrouped({ advanced_settings: advanced }: NodeData): boolean {
  return isObject(advanced) && advanced.group_enabled === true
}

export function groupsOf(data: NodeData): Group[] {
  return entriesOf(data).map(({ group_name: name, variables }) => ({
    name: typeof name === 'string' ? name : '',
    variables: Array.isArray(variables) ? (variables as unknown[]) : [],
  }))
}

/**
 * Gathers in groups, or no more. The variables go along, and what read the output reads that of the first group, or the other
 * way round. Other groups stay for when groups are wanted again.
 */
export function setGrouped(document: WorkflowDocument, nodeId: string, wanted: boolean): WorkflowDocument {
  const node = findNode(document, nodeId)
  if (!node || isGrouped(node.data) === wanted) return document
  const data = wanted ? toGroups(node.data) : toOneOutput(node.data)
  const first = groupsOf(data)[0]?.name ?? ''
  const redirect = (selector: readonly string[]): readonly string[] => {
    const [source, name, output, ...rest] = selector
    if (source !== nodeId) return selector
    if (wanted && name === 'output') return [source, first, ...selector.slice(1)]
    return !wanted && name === first && output === 'output' ? [source, output, ...rest] : selector
  }
  return mapNodes(document, (it) => withData(it, mapSelectors(it.id === nodeId ? data : it.data, redirect)))
}

export function addGroup(data: NodeData): NodeData {
  const names = groupsOf(data).map(({ name }) => name)
  let number = names.length + 1
  while (names.includes(`Group${number}`)) number++
  return withGroups(data, [...entriesOf(data), { group_name: `Group${number}`, output_type: 'any', variables: [] }])
}

export function removeGroup(data: NodeData, index: number): NodeData {
  return withGroups(data, entriesOf(data).toSpliced(index, 1))
}

export function setGroupVariables(data: NodeData, index: number, variables: readonly unknown[]): NodeData {
  const entries = entriesOf(data)
  const group = entries[index]
  return group ? withGroups(data, entries.with(index, { ...group, variables })) : data
}

function toGroups(data: NodeData): NodeData {
  const { variables = [], output_type: type = 'any' } = data
  const [first, ...others] = entriesOf(data)
  const name = typeof first?.group_name === 'string' ? first.group_name : 'Group1'
  const group = { output_type: type, ...first, group_name: name, variables }
  return withGroups(data, [group, ...others], true)
}

function toOneOutput(data: NodeData): NodeData {
  const variables = groupsOf(data)[0]?.variables ?? data.variables ?? []
  return withGroups({ ...data, variables }, entriesOf(data), false)
}

function withGroups(data: NodeData, groups: readonly unknown[], isEnabled = isGrouped(data)): NodeData {
  const advanced = isObject(data.advanced_settings) ? data.advanced_settings : {}
  return { ...data, advanced_settings: { ...advanced, group_enabled: isEnabled, groups } }
}

function entriesOf({ advanced_settings: advanced }: NodeData): Record<string, unknown>[] {
  return isObject(advanced) && Array.isArray(advanced.groups) ? advanced.groups.filter(isObject) : []
}
