import { isObject, toNodeType } from 'codenode/contract'
import { inputFields, readInput } from '../form/input-fields.ts'
import { findNode, nodesOf, parentOf } from '../graph/access.ts'
import type { GraphNode, WorkflowDocument } from '../graph/document.ts'
import { specialTitles } from '../graph/upstream.ts'
import type { InputSource, InputSources } from '../run-state/input-source.ts'
import { isNewer, lastResult, type ResultSources } from './node-results.ts'

export type ValueSources = ResultSources & {
  /** Texts of the run's form, by input. */
  inputs: Readonly<Record<string, string>>
}

type Selector = readonly string[]

/** Where the inputs of a node come from now: from what the nodes before it gave last, and from what is set. */
export function inputSources(sources: ValueSources, nodeId: string): InputSources {
  const node = findNode(sources.document, nodeId)
  if (!node) return {}
  const found = inputFields(node.data, []).flatMap(({ name, selector }): [string, InputSource][] => {
    const source = new Resolver(sources, node).resolve(selector)
    if (source) return [[name, source]]
    return selector.length > 0 ? [[name, { name: 'gone' }]] : []
  })
  return Object.fromEntries(found)
}

/** What a run of the workflow would be given now. */
export function startInputs(sources: ValueSources): Record<string, unknown> {
  const start = nodesOf(sources.document).find(({ data }) => data.type === 'start')
  if (!start) return {}
  const resolver = new Resolver(sources, start)
  const found = inputFields(start.data, []).flatMap(({ name }): [string, unknown][] => {
    const source = resolver.resolve([start.id, name])
    return source && 'value' in source && source.value !== null ? [[name, source.value]] : []
  })
  return Object.fromEntries(found)
}

class Resolver {
  readonly #sources: ValueSources
  readonly #around: ReadonlySet<string>
  /** Aggregators can read each other in a circle while a workflow is built. */
  #depth = 0

  constructor(sources: ValueSources, node: GraphNode) {
    this.#sources = sources
    this.#around = new Set(iterationsAround(sources.document, node))
  }

  /** Null: it points to nothing that is there. */
  resolve([id = '', name = '', ...steps]: Selector): InputSource | null {
    const { document } = this.#sources
    if (name === '' || this.#depth > 20) return null
    if (id === 'env' || id === 'conversation') return ofStored(document, id, [name, ...steps])
    const node = findNode(document, id)
    if (!node) return null
    if (this.#around.has(id)) return this.#ofItem(node, [name, ...steps])
    if (node.data.type === 'start') return this.#ofStart(node, [name, ...steps])
    if (toNodeType(node.data.type) === 'variable-aggregator') return this.#ofAggregator(node, [name, ...steps])
    return this.#ofResult(node, [name, ...steps])
  }

  #ofResult(node: GraphNode, steps: Selector): InputSource {
    const from = titleOf(node)
    const result = lastResult(this.#sources, node.id)
    // Nodes of other types are not run here, so that nobody can give their values but who tests.
    if (!result) return toNodeType(node.data.type) ? { name: 'missing', from, why: 'not run' } : { name: 'unset', from }
    if (result.isChanged) return { name: 'missing', from, why: 'changed' }
    if (result.status === 'failed' || result.status === 'cancelled') return { name: 'missing', from, why: 'failed' }
    return { name: 'known', value: valueAt(result.outputs, steps), from, at: result.startedAt || null }
  }

  #ofStart(node: GraphNode, steps: Selector): InputSource {
    const [name = '', ...below] = steps
    const from = titleOf(node)
    const result = lastResult(this.#sources, node.id)
    if (result?.outputs && !result.isChanged && Object.hasOwn(result.outputs, name)) {
      return { name: 'known', value: valueAt(result.outputs, steps), from, at: result.startedAt }
    }
    const field = inputFields(node.data, []).find((it) => it.name === name)
    if (!field) return { name: 'unset', from }
    const typed = this.#sources.inputs[name]
    const read = readInput(field, typed ?? field.text)
    if ('problem' in read || (typed === undefined && field.text === '')) return { name: 'unset', from }
    return { name: 'default', value: valueAt(read.value, below), from }
  }

  #ofItem(iteration: GraphNode, [name, ...steps]: Selector): InputSource | null {
    const item = lastResult(this.#sources, iteration.id)?.item ?? 0
    const selector = textsIn(iteration.data.iterator_selector)
    const list = this.#deeper(selector)
    if (!list || !('value' in list)) return list
    const value = name === 'index' ? item : valueAt(list.value, [String(item), ...steps])
    return { ...list, value }
  }

  /** The value of the way that was taken last. */
  #ofAggregator(node: GraphNode, [name = '', ...steps]: Selector): InputSource | null {
    const { variables, advanced_settings: advanced } = node.data
    const groups = isObject(advanced) && advanced.group_enabled === true ? listOf(advanced.groups) : null
    const group = groups?.find((it) => isObject(it) && it.group_name === name)
    const gathered = listOf(isObject(group) ? group.variables : variables)
    const found = gathered.map((selector) => this.#deeper(textsIn(selector))).filter((source) => source !== null)
    const given = found.filter((source) => 'value' in source && source.value !== null)
    const newest = given.reduce<InputSource | undefined>(
      (best, source) => (best && !isNewer(momentOf(source), momentOf(best)) ? best : source),
      undefined,
    )
    const source = newest ?? found[0] ?? null
    if (!source || !('value' in source)) return source
    return { ...source, value: valueAt(source.value, groups ? steps.slice(1) : steps) }
  }

  #deeper(selector: Selector): InputSource | null {
    this.#depth++
    const source = this.resolve(selector)
    this.#depth--
    return source
  }
}

function ofStored(document: WorkflowDocument, id: 'env' | 'conversation', [name, ...steps]: Selector): InputSource {
  const key = id === 'env' ? 'environment_variables' : 'conversation_variables'
  const entry = listOf(document.workflow[key]).find((it) => isObject(it) && it.name === name)
  const value = isObject(entry) ? valueAt(entry.value, steps) : null
  return { name: 'default', value, from: specialTitles[id] }
}

/** As the service reads selectors: null where something is missing on the way. */
function valueAt(value: unknown, steps: Selector): unknown {
  return steps.reduce<unknown>((at, step) => {
    if (Array.isArray(at)) return /^\d{1,9}$/.test(step) ? (at[Number(step)] as unknown) : null
    return isObject(at) && Object.hasOwn(at, step) ? at[step] : null
  }, value ?? null)
}

function momentOf(source: InputSource): string {
  return source.name === 'known' ? (source.at ?? '') : ''
}

function iterationsAround(document: WorkflowDocument, node: GraphNode): string[] {
  const ids: string[] = []
  for (let id = parentOf(node); id !== null && !ids.includes(id); ) {
    ids.push(id)
    const parent = findNode(document, id)
    id = parent ? parentOf(parent) : null
  }
  return ids
}

function titleOf({ data }: GraphNode): string {
  return data.title || data.type
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textsIn(value: unknown): string[] {
  return listOf(value).filter((step) => typeof step === 'string')
}
