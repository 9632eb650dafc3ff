import type { WorkflowIssue } from '../contract/failures.ts'
import { listNames } from '../contract/issues.ts'
import { formatSelector, type Selector, systemNames } from '../contract/selector.ts'
import { quote } from '../contract/values.ts'
import type { Draft, DraftGraph } from './draft.ts'
import { issueOf } from './parts/read-entries.ts'
import type { DocumentHead } from './parts/read-head.ts'
import type { Reach } from './reach.ts'
import { outputNamesOf, type Reference, rawReferencesOf, referencesOf } from './references.ts'

/** What is known of the whole workflow when its selectors are checked. */
export type Surroundings = {
  head: Pick<DocumentHead, 'environment' | 'conversation'>
  byId: ReadonlyMap<string, Draft>
  graphOf: ReadonlyMap<Draft, DraftGraph>
  reachOf: ReadonlyMap<DraftGraph, Reach>
}

/**
 * A selector that reads nothing. `unset`: nothing is chosen; `no-node`, `no-output`: what was chosen is gone; `not-before`:
 * its node does not run before this one.
 */
export type MissingReference = {
  reason: 'unset' | 'no-node' | 'no-output' | 'not-before'
  selector: Selector
  issue: WorkflowIssue
}

/** Each selector of a node should point to something that is there when the node runs. */
export function checkReferences(draft: Draft, around: Surroundings): MissingReference[] {
  const { settings, entry } = draft
  if (!entry.type) return []
  const isThere = isBefore(draft, around)
  const references = settings ? referencesOf(settings, entry) : rawReferencesOf(entry)
  const missing = references.flatMap((it) => check(it, draft, around, isThere))
  if (settings?.type !== 'iteration') return missing
  const output = { selector: settings.settings.output_selector, path: 'output_selector' }
  return [...missing, ...check(output, draft, around, (source) => isInside(source, draft) || isThere(source))]
}

function check(
  { selector, path }: Reference,
  draft: Draft,
  around: Surroundings,
  isThere: (source: Draft) => boolean,
): MissingReference[] {
  const found = problemOf(selector, draft, around, isThere)
  return found ? [{ reason: found.reason, selector, issue: issueOf(draft.entry, `data.${path}`, found.message) }] : []
}

type Problem = Pick<MissingReference, 'reason'> & { message: string }

function problemOf(
  selector: Selector,
  draft: Draft,
  { head, byId }: Surroundings,
  isThere: (source: Draft) => boolean,
): Problem | null {
  const [sourceId, name] = selector
  if (sourceId === undefined || name === undefined)
    return { reason: 'unset', message: 'is not set: no variable is chosen.' }
  const shown = quote(formatSelector(selector))
  const noOutput = (message: string): Problem => ({ reason: 'no-output', message: `is ${shown}; ${message}` })
  const among = (names: readonly string[]): Problem | null =>
    names.includes(name) ? null : noOutput(`${sourceId} has ${listNames(names) || 'no variables here'}.`)

  if (sourceId === 'sys') return among(systemNames)
  // Not listed where it is there: selectors and variables can both be many.
  if (sourceId === 'env') return Object.hasOwn(head.environment, name) ? null : among(Object.keys(head.environment))
  if (sourceId === 'conversation') {
    return Object.hasOwn(head.conversation, name) ? null : among(Object.keys(head.conversation))
  }

  const source = byId.get(sourceId)
  if (!source) return { reason: 'no-node', message: `is ${shown}; no node has the id ${quote(sourceId)}.` }
  // Its own problem is an issue already.
  if (!source.settings) return null
  const title = quote(source.entry.title)
  if (isAround(source, draft, byId)) {
    return ['item', 'index'].includes(name) ? null : noOutput(`inside of ${title} there are item, index.`)
  }
  if (!isThere(source)) {
    const message = `is ${shown}; ${title} does not come before this node, so it has no value yet.`
    return { reason: 'not-before', message }
  }
  const names = outputNamesOf(source.settings)
  if (names.has(name) || (source.settings.type === 'start' && isSystemName(name))) return null
  return noOutput(`the outputs of ${title} are ${listNames([...names]) || 'none'}.`)
}

/** Start nodes of some versions give the system's variables as their own: `[start, 'sys.query']`. */
function isSystemName(name: string): boolean {
  return name.startsWith('sys.') && systemNames.some((known) => name === `sys.${known}`)
}

/** Before the node, or before an iteration that it stands in. */
function isBefore(draft: Draft, { byId, graphOf, reachOf }: Surroundings): (source: Draft) => boolean {
  return (source) => {
    const graph = graphOf.get(source)
    const reach = graph && reachOf.get(graph)
    // Unsorted because of a cycle, which is an issue already.
    if (!reach) return true
    let at: Draft | undefined = draft
    while (at && graphOf.get(at) !== graph) at = ownerOf(at, byId)
    return at !== undefined && reach.isUpstream(source, at)
  }
}

function isInside(source: Draft, iteration: Draft): boolean {
  return source.entry.parentId === iteration.entry.id
}

/** Whether `source` is an iteration that the node stands in; an iteration takes its output from inside. */
function isAround(source: Draft, draft: Draft, byId: ReadonlyMap<string, Draft>): boolean {
  for (let at = ownerOf(draft, byId); at; at = ownerOf(at, byId)) if (at === source) return true
  return false
}

function ownerOf(draft: Draft, byId: ReadonlyMap<string, Draft>): Draft | undefined {
  return draft.entry.parentId === null ? undefined : byId.get(draft.entry.parentId)
}
