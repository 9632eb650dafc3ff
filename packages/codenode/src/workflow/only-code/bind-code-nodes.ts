import { CodenodeError } from '../../contract/error.ts'
import type { Issue } from '../../contract/failures.ts'
import { formatSelector, type Selector } from '../../contract/selector.ts'
import { describeValue, isObject, type JsonValue, quote } from '../../contract/values.ts'
import type { CodeNodes } from '../../document/parse-code-nodes.ts'
import { copyMember } from '../../json/exact-numbers.ts'
import { checkJson } from '../../values/check-json.ts'

/** Where a variable of a Code node gets its value: from what was given, or from another Code node when that has run. */
export type Source =
  | { kind: 'value'; values: Values; name: string; steps: readonly string[] }
  | { kind: 'node'; selector: Selector }

/** The sources of each Code node's variables, by name. */
export type BoundCodeNodes = Map<string, Map<string, Source>>

type Values = Record<string, JsonValue>

/**
 * Finds a source for each variable: an input called `code_node.variable`; the Code node that it selects; an input called
 * like its selector, `node.variable`; an input called `variable`; what the document itself says. Inputs can be nested by
 * node, too: `{ node: { variable } }`. Throws `inputs_invalid` with every variable that has none.
 */
export function bindCodeNodes(code: CodeNodes, inputs: unknown): BoundCodeNodes {
  const given = readGiven(inputs, code)
  const isRun = new Set(code.nodes.map(({ id }) => id))
  const issues: Issue[] = []
  const bound: BoundCodeNodes = new Map()
  for (const { id, title, settings } of code.nodes) {
    const sources = new Map<string, Source>()
    for (const { variable, value_selector: selector } of settings.variables) {
      const source = findSource(given, { nodeId: id, variable, selector }, { code, isRun })
      if (source) sources.set(variable, source)
      else issues.push({ path: 'inputs', message: explainMissing(code, { nodeId: id, title, variable, selector }) })
    }
    bound.set(id, sources)
  }
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  return bound
}

/** Flat: what is nested by node becomes `node.variable`. */
function readGiven(inputs: unknown, { entries }: CodeNodes): Values {
  const raw = inputs ?? {}
  if (!isObject(raw)) {
    const message = `is ${describeValue(raw)}; it must be an object: \`node.variable\` to value.`
    throw new CodenodeError('inputs_invalid', { issues: [{ path: 'inputs', message }] })
  }
  const issues = Object.entries(raw).flatMap(([name, value]) => checkJson(value, ['inputs', name]))
  if (issues.length > 0) throw new CodenodeError('inputs_invalid', { issues })
  // Everything has just been checked to be JSON.
  const flat: Values = {}
  for (const [name, value] of Object.entries(raw as Values)) {
    if (!entries.has(name) || !isObject(value)) copyMember(raw, name, flat, name)
    else for (const variable of Object.keys(value)) copyMember(value, variable, flat, `${name}.${variable}`)
  }
  return flat
}

type Wanted = { nodeId: string; variable: string; selector: Selector }

function findSource(
  given: Values,
  { nodeId, variable, selector }: Wanted,
  { code, isRun }: { code: CodeNodes; isRun: ReadonlySet<string> },
): Source | null {
  const [sourceId = '', name = '', ...steps] = selector
  const ownName = `${nodeId}.${variable}`
  const fromGiven = (key: string, rest: readonly string[]): Source => ({
    kind: 'value',
    values: given,
    name: key,
    steps: rest,
  })
  if (find(given, ownName) !== undefined) return fromGiven(ownName, [])
  if (isRun.has(sourceId) && sourceId !== nodeId) return { kind: 'node', selector }
  if (find(given, `${sourceId}.${name}`) !== undefined) return fromGiven(`${sourceId}.${name}`, steps)
  if (find(given, variable) !== undefined) return fromGiven(variable, [])
  const written = findInDocument(code, sourceId, name)
  return written === undefined ? null : { kind: 'value', values: { written }, name: 'written', steps }
}

function find(values: Values, name: string): JsonValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

/** Environment and conversation variables, and variables of the start node that may be left out. */
function findInDocument({ head, entries }: CodeNodes, sourceId: string, name: string): JsonValue | undefined {
  if (sourceId === 'env') return find(head.environment, name)
  if (sourceId === 'conversation') return find(head.conversation, name)
  const entry = entries.get(sourceId)
  if (entry?.type !== 'start' || !Array.isArray(entry.data.variables)) return undefined
  const variable: unknown = entry.data.variables.find((it: unknown) => isObject(it) && it.variable === name)
  if (!isObject(variable)) return undefined
  // Documents hold JSON values.
  if (variable.default != null && variable.default !== '') return variable.default as JsonValue
  return variable.required === true ? undefined : null
}

function explainMissing(
  { entries }: CodeNodes,
  { nodeId, title, variable, selector }: Wanted & { title: string },
): string {
  const entry = entries.get(selector[0] ?? '')
  const from = entry
    ? `${quote(entry.title)}, a node of type ${String(entry.data.type)}`
    : quote(formatSelector(selector))
  const names = [selector.length >= 2 ? selector.slice(0, 2).join('.') : null, `${nodeId}.${variable}`, variable]
  const ways = names.filter((name) => name !== null).map((name) => quote(name))
  return `has no value for ${variable} of ${quote(title)}, which comes from ${from}; it must have one of ${ways.join(', ')}.`
}
