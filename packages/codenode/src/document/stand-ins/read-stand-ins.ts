import type { WorkflowIssue } from '../../contract/failures.ts'
import { enoughIssues, listNames } from '../../contract/issues.ts'
import { defaultLimits } from '../../contract/limits.ts'
import { formatPath, type PathStep } from '../../contract/paths.ts'
import type { CheckedStandIn, StandInEnd, StandInEnds, StandInRequest } from '../../contract/stand-in.ts'
import { describeValue, isObject, type JsonValue, quote } from '../../contract/values.ts'
import { stringifyLossless } from '../../json/json.ts'
import { checkJson } from '../../values/check-json.ts'
import { type Entry, nameOf } from '../parts/read-entries.ts'
import { chooseWay } from './choose-way.ts'
import { makeStandIn } from './make-stand-in.ts'
import { takeRecorded } from './take-recorded.ts'
import { findUses, type Use } from './uses.ts'
import { type WayOut, waysOutOf } from './ways-out.ts'

type Around = { entries: readonly Entry[]; edges: readonly unknown[]; inputBytes?: number | undefined }

/** The stand-ins of a request, by the node's id, and all that is wrong with them. */
export function readStandIns(
  request: StandInRequest,
  around: Around,
): { standIns: ReadonlyMap<string, CheckedStandIn>; issues: WorkflowIssue[] } {
  if (request.standIns == null && !request.standInsFrom) return { standIns: new Map(), issues: [] }
  return new StandInReader(around).read(request)
}

/** Outputs that fit, in the form in which they are given: for a node of a type that does not run here, or that is chosen. */
export function proposeStandIns(
  entries: readonly Entry[],
  edges: readonly unknown[],
  isChosen: (entry: Entry) => boolean,
) {
  const reader = new StandInReader({ entries, edges })
  return entries.filter(isChosen).map((entry) => ({ entry, ...reader.make(entry) }))
}

/** For one that is wrong, which is an issue: that its node has none is not told as well. */
const nothing: StandInEnd = { status: 'succeeded', branch: 'source', outputs: {} }

class StandInReader {
  readonly #entries: readonly Entry[]
  readonly #byId: ReadonlyMap<string, Entry>
  readonly #handles: ReadonlyMap<string, ReadonlySet<string>>
  readonly #inputBytes: number
  readonly #issues: WorkflowIssue[] = []
  readonly #standIns = new Map<string, CheckedStandIn>()
  #uses: ReadonlyMap<string, readonly Use[]> | undefined

  constructor({ entries, edges, inputBytes = defaultLimits.inputBytes }: Around) {
    this.#entries = entries
    this.#byId = new Map(entries.map((entry) => [entry.id, entry]))
    this.#handles = handlesOfEdges(edges)
    this.#inputBytes = inputBytes
  }

  read(request: StandInRequest) {
    const { standIns, recorded } = takeRecorded(request)
    const given = standIns === 'made' ? { '*': 'made' } : (standIns ?? {})
    if (!isObject(given)) {
      this.#report(['standIns'], `is ${describeValue(given)}; it must be an object by node, or "made".`)
    } else {
      const entries = Object.entries(given)
      for (const [name, value] of entries) if (name !== '*') this.#readNamed(name, value, recorded.has(name))
      if (Object.hasOwn(given, '*')) this.#readRest(given['*'])
      if (this.#issues.length === 0) this.#checkSize(given)
    }
    return { standIns: this.#standIns, issues: this.#issues }
  }

  make(entry: Entry): { outputs: Record<string, JsonValue>; uses: readonly Use[]; ways: readonly WayOut[] } {
    this.#uses ??= findUses(this.#entries)
    const uses = this.#uses.get(entry.id) ?? []
    const ways = this.#waysOf(entry)
    return { outputs: makeStandIn(entry, uses, ways), uses, ways }
  }

  #readNamed(name: string, value: unknown, isRecorded: boolean): void {
    const entry = this.#find(name)
    if (!entry) return
    if (entry.type === 'start' || entry.type === 'iteration-start') {
      const values = entry.type === 'start' ? 'Its values are the inputs of the run.' : 'It has no outputs.'
      this.#report(['standIns', name], `is ${quote(entry.title)}, a node of type ${entry.type}. ${values}`, entry)
    } else if (value === 'made') this.#keepMade(entry)
    else if (value === 'recorded') {
      this.#report(['standIns', name], 'is "recorded"; there is no past run (standInsFrom) with outputs of it.', entry)
      this.#standIns.set(entry.id, { source: 'recorded', ends: nothing })
    } else {
      const issues = checkJson(value, ['standIns', name])
      for (const { path, message } of issues) this.#issues.push({ path, message, node: nameOf(entry) })
      const ends = issues.length > 0 ? null : this.#readEnds(entry, value, ['standIns', name], this.#depthOf(entry))
      this.#standIns.set(entry.id, { source: isRecorded ? 'recorded' : 'given', ends: ends ?? nothing })
    }
  }

  /** Every node whose type does not run here, and that has none yet. */
  #readRest(value: unknown): void {
    if (value !== 'made') {
      this.#report(['standIns', '*'], `is ${describeValue(value)}; for all other nodes it can be "made" only.`)
      return
    }
    for (const entry of this.#entries) if (entry.type === null && !this.#standIns.has(entry.id)) this.#keepMade(entry)
  }

  #keepMade(entry: Entry): void {
    const ends = this.#readEnd(entry, this.make(entry).outputs, ['standIns', entry.id])
    if (ends) this.#standIns.set(entry.id, { source: 'made', ends })
  }

  #readEnds(entry: Entry, value: unknown, path: PathStep[], depth: number): StandInEnds | null {
    if (Array.isArray(value) && depth > 0) {
      return value.map((item: unknown, index) =>
        item === null ? null : this.#readEnds(entry, item, [...path, index], depth - 1),
      )
    }
    if (isObject(value)) return this.#readEnd(entry, value, path)
    const allowed = `an object with the outputs of the node${depth > 0 ? ', a list of them by item,' : ''} or "made"`
    const why = Array.isArray(value) ? ' Only a node inside an iteration takes a list.' : ''
    this.#report(path, `is ${describeValue(value)}; it must be ${allowed}.${why}`, entry)
    return null
  }

  #readEnd(entry: Entry, value: Record<string, unknown>, path: PathStep[]): StandInEnd | null {
    const chosen = chooseWay(entry, this.#waysOf(entry), value)
    if ('problem' in chosen) {
      this.#report(chosen.key === null ? path : [...path, chosen.key], chosen.problem, entry)
      return null
    }
    const { handle } = chosen.way
    // Checked to be JSON before.
    const outputs = chosen.outputs as Record<string, JsonValue>
    return { status: handle === 'fail-branch' ? 'exception' : 'succeeded', branch: handle, outputs }
  }

  /** By its id, or by its title where only one node has it. */
  #find(name: string): Entry | null {
    const own = this.#byId.get(name)
    if (own) return own
    const titled = this.#entries.filter(({ title }) => title === name)
    if (titled[0] && titled.length === 1) return titled[0]
    const known = listNames(this.#entries.map(({ id, title }) => `${id} (${title})`))
    const why = titled.length > 1 ? `is the title of ${titled.length} nodes; name one by its id` : 'names no node'
    this.#report(['standIns', name], `${why}. The nodes are ${known}.`)
    return null
  }

  #waysOf(entry: Entry): WayOut[] {
    return waysOutOf(entry, this.#handles.get(entry.id) ?? new Set())
  }

  /** How many iterations the node stands in. */
  #depthOf(entry: Entry): number {
    let depth = 0
    const seen = new Set([entry.id])
    for (let at = this.#parentOf(entry); at && !seen.has(at.id); at = this.#parentOf(at)) {
      seen.add(at.id)
      if (at.type === 'iteration') depth++
    }
    return depth
  }

  #parentOf({ parentId }: Entry): Entry | undefined {
    return parentId === null ? undefined : this.#byId.get(parentId)
  }

  #checkSize(given: object): void {
    const { length } = stringifyLossless(given)
    if (length <= this.#inputBytes) return
    this.#report(['standIns'], `are ${length} characters of JSON; at most ${this.#inputBytes} are allowed.`)
  }

  #report([root = '', ...steps]: readonly PathStep[], message: string, entry?: Entry): void {
    if (this.#issues.length >= enoughIssues) return
    this.#issues.push({ path: formatPath(String(root), steps), message, node: entry ? nameOf(entry) : null })
  }
}

function handlesOfEdges(edges: readonly unknown[]): ReadonlyMap<string, ReadonlySet<string>> {
  const handles = new Map<string, Set<string>>()
  for (const edge of edges) {
    if (!isObject(edge)) continue
    const { source, sourceHandle } = edge
    const handle = typeof sourceHandle === 'string' && sourceHandle !== 'success-branch' ? sourceHandle : 'source'
    const known = handles.get(String(source))
    if (known) known.add(handle)
    else handles.set(String(source), new Set([handle]))
  }
  return handles
}
