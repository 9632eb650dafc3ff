import { isObject } from 'codenode/contract'
import { findNode, mapNodes, withData } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'
import { redirect } from './uses.ts'

/** A group of an aggregator: `group_name`, `output_type`, `variables`, and what Dify has beside. */
export type Group = Readonly<Record<string, unknown>>

export function isGrouped({ advanced_settings: advanced }: NodeData): boolean {
  return isObject(advanced) && advanced.group_enabled === true
}

export function groupsOf({ advanced_settings: advanced }: NodeData): Group[] {
  return isObject(advanced) && Array.isArray(advanced.groups) ? advanced.groups.filter(isObject) : []
}

export function nameOfGroup({ group_name: name }: Group): string {
  return typeof name === 'string' ? name : ''
}

/**
 * Gathers in groups, or into the one output. What read the output reads that of the first group then, and the other way
 * round. Groups that were made before are kept while they are not in use.
 */
export function setGrouped(document: WorkflowDocument, nodeId: string, isOn: boolean): WorkflowDocument {
  const before = findNode(document, nodeId)?.data
  if (!before || isGrouped(before) === isOn) return document
  const groups = groupsOf(before).length > 0 ? groupsOf(before) : [groupOf(before)]
  const [first = groupOf(before)] = groups
  const single = isOn ? {} : { variables: first.variables ?? [], output_type: first.output_type ?? 'any' }
  const after = { ...withGroups(before, groups, isOn), ...single }
  const output = [nodeId, 'output']
  const ofGroup = [nodeId, nameOfGroup(first), 'output']
  const [from, to] = isOn ? [output, ofGroup] : [ofGroup, output]
  return mapNodes(document, (node) => withData(node, redirect(node.id === nodeId ? after : node.data, from, to)))
}

export function addGroup(data: NodeData): NodeData {
  const groups = groupsOf(data)
  return withGroups(data, [...groups, { ...emptyGroup, group_name: freshName(groups) }])
}

export function removeGroup(data: NodeData, index: number): NodeData {
  return withGroups(data, groupsOf(data).toSpliced(index, 1))
}

/** Moves a group to another place; a place that does not exist changes nothing. */
export function moveGroup(data: NodeData, from: number, to: number): NodeData {
  const groups = groupsOf(data)
  const [moved] = groups.splice(from, 1)
  return moved && to >= 0 && to <= groups.length ? withGroups(data, groups.toSpliced(to, 0, moved)) : data
}

export function changeGroup(data: NodeData, index: number, change: Group): NodeData {
  return withGroups(
    data,
    groupsOf(data).map((group, at) => (at === index ? { ...group, ...change } : group)),
  )
}

/** The type that all have in common; `any` where they have none. */
export function commonType(types: readonly string[]): string {
  const [first = 'any'] = types
  return types.every((type) => type === first) ? first : 'any'
}

const emptyGroup = { output_type: 'any', variables: [] } as const

function groupOf({ variables, output_type: type }: NodeData): Group {
  return { ...emptyGroup, group_name: freshName([]), output_type: type ?? 'any', variables: variables ?? [] }
}

/** As Dify names them. */
function freshName(groups: readonly Group[]): string {
  const taken = new Set(groups.map(nameOfGroup))
  let number = groups.length + 1
  while (taken.has(`Group${number}`)) number++
  return `Group${number}`
}

function withGroups(data: NodeData, groups: readonly Group[], isOn = isGrouped(data)): NodeData {
  const advanced = isObject(data.advanced_settings) ? data.advanced_settings : {}
  return { ...data, advanced_settings: { ...advanced, group_enabled: isOn, groups } }
}
