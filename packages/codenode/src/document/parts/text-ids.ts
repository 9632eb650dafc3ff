import { isObject } from '../../contract/values.ts'

/**
 * A document whose ids and selectors are texts. People and models write them as whole numbers, which YAML reads as such:
 * `id: 1730000000001`. The same object where nothing is to be changed.
 */
export function withTextIds(whole: Record<string, unknown>): Record<string, unknown> {
  const { workflow } = whole
  if (!isObject(workflow) || !isObject(workflow.graph)) return whole
  const { nodes, edges } = workflow.graph
  const graph = changed(workflow.graph, {
    nodes: mapItems(nodes, nodeWithTextIds),
    edges: mapItems(edges, edgeWithTextIds),
  })
  return changed(whole, { workflow: changed(workflow, { graph }) })
}

function nodeWithTextIds(node: Record<string, unknown>): Record<string, unknown> {
  const { id, parentId, data } = node
  return changed(node, {
    id: toText(id),
    parentId: toText(parentId),
    data: isObject(data) ? settingsWithTextIds(data) : data,
  })
}

function edgeWithTextIds(edge: Record<string, unknown>): Record<string, unknown> {
  const { id, source, target, sourceHandle } = edge
  const ends = { source: toText(source), target: toText(target), sourceHandle: toText(sourceHandle) }
  return changed(edge, { id: toText(id), ...ends })
}

function settingsWithTextIds(data: Record<string, unknown>): Record<string, unknown> {
  const { iteration_id, loop_id, start_node_id, cases } = data
  const withIds = changed(data, {
    iteration_id: toText(iteration_id),
    loop_id: toText(loop_id),
    start_node_id: toText(start_node_id),
    cases: mapItems(cases, (it) => changed(it, { case_id: toText(it.case_id) })),
  })
  return walk(withIds, '', 0) as Record<string, unknown>
}

/** Selectors stand nowhere as deep. */
const maxDepth = 16

/** Lists below keys such as `value_selector`, and those in the `variables` of an aggregator. */
function walk(value: unknown, key: string, depth: number): unknown {
  if (depth > maxDepth) return value
  if (Array.isArray(value)) {
    const isSelector = key.endsWith('_selector') || (key === 'variables' && typeof value[0] !== 'object')
    return mapSame(value, (item) => (isSelector ? toText(item) : walk(item, key, depth + 1)))
  }
  if (!isObject(value)) return value
  const members = Object.entries(value).map(([name, member]) => [name, walk(member, name, depth + 1)] as const)
  return members.every(([name, member]) => member === value[name]) ? value : Object.fromEntries(members)
}

function toText(value: unknown): unknown {
  return typeof value === 'bigint' || Number.isSafeInteger(value) ? String(value) : value
}

function mapItems(value: unknown, change: (item: Record<string, unknown>) => unknown): unknown {
  return Array.isArray(value) ? mapSame(value, (item) => (isObject(item) ? change(item) : item)) : value
}

function mapSame(items: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  const mapped = items.map(change)
  return mapped.every((item, index) => item === items[index]) ? items : mapped
}

/** The object with some members changed; itself where they are what they were. What it does not have is not added. */
function changed(object: Record<string, unknown>, members: Record<string, unknown>): Record<string, unknown> {
  const others = Object.entries(members).filter(
    ([name, member]) => Object.hasOwn(object, name) && object[name] !== member,
  )
  return others.length === 0 ? object : { ...object, ...Object.fromEntries(others) }
}
