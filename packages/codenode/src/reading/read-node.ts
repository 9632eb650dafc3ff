import { CodenodeError } from '../contract/error.ts'
import type { Issue } from '../contract/failures.ts'
import { maxToldIssues } from '../contract/issues.ts'
import { defaultLimits, type OutputLimits } from '../contract/limits.ts'
import { type CodeNode, codeNodeSchema, outputSchema } from '../contract/node.ts'
import { checkName, checkReserved } from '../contract/node-words.ts'
import { formatPath, type PathStep } from '../contract/paths.ts'
import type { Warning } from '../contract/record.ts'
import { describeValue, isObject, quote } from '../contract/values.ts'
import { hasMoreValuesThan } from '../json/count-values.ts'
import { checkDefaultValues } from '../values/default-values.ts'
import { explainIssuesIn } from './explain-unknown-name.ts'
import { findMisspelt } from './find-misspelt.ts'
import { defaultsOf, passOverIdle } from './idle-settings.ts'

/** Reads a node's settings. Throws `node_invalid` with every issue. */
export function parseNode(settings: unknown, limits: OutputLimits = defaultLimits): CodeNode {
  return parseWithWarnings(settings, limits).node
}

/** As `parseNode`, with what was passed over. */
export function parseWithWarnings(settings: unknown, limits: OutputLimits): { node: CodeNode; warnings: Warning[] } {
  const { node, issues, ignored } = readNode(settings, limits)
  if (!node) throw new CodenodeError('node_invalid', { issues })
  return { node, warnings: ignored.map(warnIgnored) }
}

export function warnIgnored({ path, message }: Issue): Warning {
  return { code: 'setting_ignored', path, message: `${path} ${message}` }
}

/** Everything that is wrong with a node's settings; empty when it can run. */
export function checkNode(settings: unknown, limits: OutputLimits = defaultLimits): Issue[] {
  return readNode(settings, limits).issues
}

/** `node`: null when something is wrong with it. `ignored`: what does not keep it from running. */
export type ReadNode = { node: CodeNode | null; issues: Issue[]; ignored: Issue[] }

/** As `checkNode`, with the node that is read. */
export function readNode(given: unknown, limits: OutputLimits): ReadNode {
  if (!isObject(given)) {
    return {
      node: null,
      ignored: [],
      issues: [{ path: 'node', message: `is ${describeValue(given)}; it must be an object with the node's settings.` }],
    }
  }
  if (isObject(given.data) && given.data.type === 'code' && given.type === undefined) {
    const message = 'is an entry of a graph; the settings are what its `data` holds.'
    return { node: null, issues: [{ path: 'node', message }], ignored: [] }
  }
  const excess = findExcess(given)
  if (excess) return { node: null, issues: [excess], ignored: [] }

  const { settings, ignored: idle } = passOverIdle(given)
  const ignored = [...idle, ...findMisspelt(given, codeNodeSchema, '')].slice(0, maxToldIssues)
  const parsed = codeNodeSchema.safeParse(settings, { reportInput: true })
  const issues = [
    ...(parsed.error?.issues.flatMap(explainIssuesIn(codeNodeSchema)) ?? []),
    ...checkVariableNames(settings.variables),
    ...checkOutputNames(settings.outputs, []),
    ...checkDefaultValues(settings, outputSchema, limits),
  ]
  if (!parsed.data || issues.length > 0) return { node: null, issues, ignored }
  const { data } = parsed
  const isIdle = ignored.some(({ path }) => path.startsWith('default_value'))
  return {
    node: isIdle ? { ...data, default_value: defaultsOf(data.default_value, data.outputs) } : data,
    issues,
    ignored,
  }
}

/**
 * Far more than anybody writes. The schema is checked member by member, each wrong one is an issue, and children are read
 * recursively, so what is more is refused before. `values`: of all settings, keys that are not known included.
 */
const most = { values: 50_000, outputs: 1000, levels: 100, variables: 1000 }

function findExcess(settings: Record<string, unknown>): Issue | null {
  const { variables } = settings
  if (Array.isArray(variables) && variables.length > most.variables) {
    return { path: 'variables', message: `are ${variables.length}; at most ${most.variables} are allowed.` }
  }
  const tooMany = findExcessOfOutputs(settings.outputs)
  if (tooMany) return { path: 'outputs', message: tooMany }
  if (!hasMoreValuesThan(settings, most.values)) return null
  return { path: 'node', message: `holds more than ${most.values} values in its settings.` }
}

/** Level by level. */
function findExcessOfOutputs(outputs: unknown): string | null {
  let count = 0
  let level = isObject(outputs) ? [outputs] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > most.levels) return `declares children in more than ${most.levels} levels.`
    const next: Record<string, unknown>[] = []
    for (const specs of level) {
      const entries = Object.values(specs)
      count += entries.length
      if (count > most.outputs) return `declares more than ${most.outputs} outputs, children included.`
      for (const spec of entries) if (isObject(spec) && isObject(spec.children)) next.push(spec.children)
    }
    level = next
  }
  return null
}

// The names are checked on the raw settings, so that they are reported also when something else is wrong.

function checkVariableNames(variables: unknown): Issue[] {
  if (!Array.isArray(variables)) return []
  const issues: Issue[] = []
  const firstIndex = new Map<string, number>()
  for (const [index, entry] of variables.entries()) {
    if (!isObject(entry) || typeof entry.variable !== 'string') continue
    const path = formatPath('', ['variables', index, 'variable'])
    const first = firstIndex.get(entry.variable)
    if (first === undefined) firstIndex.set(entry.variable, index)
    else issues.push({ path, message: `is ${quote(entry.variable)}, as variables[${first}]; names must be unique.` })
    issues.push(...checkName(path, entry.variable))
  }
  return issues
}

/** Members of objects may have any name, since results may; only the outputs themselves become variables. */
function checkOutputNames(specs: unknown, trail: PathStep[]): Issue[] {
  if (!isObject(specs)) return []
  return Object.entries(specs).flatMap(([name, spec]) => {
    const path = ['outputs', ...trail, name]
    const issues =
      trail.length === 0 ? checkName(formatPath('', path), name) : checkReserved(formatPath('', path), name)
    if (!isObject(spec) || !isObject(spec.children) || Object.keys(spec.children).length === 0) return issues
    if (spec.type === 'object' || spec.type === 'array[object]') {
      return [...issues, ...checkOutputNames(spec.children, [...trail, name, 'children'])]
    }
    const message = 'must be null or absent: only object and array[object] have children.'
    return [...issues, { path: formatPath('', [...path, 'children']), message }]
  })
}
