import type { WorkflowIssue } from '../../contract/failures.ts'
import { listNames } from '../../contract/issues.ts'
import type { Warning } from '../../contract/record.ts'
import type { CheckedStandIn } from '../../contract/stand-in.ts'
import { type Entry, nameOf } from '../parts/read-entries.ts'

/** The entries with their stand-ins, and with those hidden that stand inside a node that is not run. */
export function applyStandIns(entries: readonly Entry[], standIns: ReadonlyMap<string, CheckedStandIn>): Entry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const hidden = new Map<string, boolean>()
  const isHidden = ({ id, parentId }: Entry): boolean => {
    const known = hidden.get(id)
    if (known !== undefined) return known
    // A circle of parents is an issue of its own.
    hidden.set(id, false)
    const parent = parentId === null ? undefined : byId.get(parentId)
    const is = parent !== undefined && (parent.type === null || standIns.has(parent.id) || isHidden(parent))
    hidden.set(id, is)
    return is
  }
  return entries.map((entry) => {
    const isInside = entry.parentId !== null && isHidden(entry)
    const standIn = isInside ? null : (standIns.get(entry.id) ?? null)
    return isInside || standIn ? { ...entry, standIn, isHidden: isInside } : entry
  })
}

/** Which nodes are stood in for, and which stand-ins are never asked for. */
export function warnStandIns(
  entries: readonly Entry[],
  { standIns, idle }: { standIns: ReadonlyMap<string, CheckedStandIn>; idle: ReadonlySet<string> },
): Warning[] {
  if (standIns.size === 0) return []
  const used = entries.filter(({ id, standIn }) => standIn && !idle.has(id))
  const unused = entries.filter(({ id, isHidden }) => isHidden && standIns.get(id)?.source === 'given')
  const say = (code: Warning['code'], told: readonly Entry[], message: string): Warning[] =>
    told.length > 0 ? [{ code, path: 'standIns', message: `${message}: ${nameAll(told)}.` }] : []
  const [are, have] =
    used.length === 1 ? ['1 node is', 'it was not run'] : [`${used.length} nodes are`, 'they are not run']
  return [
    ...say('node_stood_in', used, `${are} stood in for; ${have}`),
    ...say(
      'stand_in_unused',
      unused,
      'These nodes stand inside a node that is not run, so their stand-ins are not used',
    ),
  ]
}

/** One issue for each type that does not run here, with all its nodes, in the place of the first. */
export function groupUnsupported(issues: readonly WorkflowIssue[], nodesPath: string): WorkflowIssue[] {
  const ofType = Map.groupBy(issues, ({ nodeType }) => nodeType)
  const told = new Set<string>()
  return issues.flatMap((issue) => {
    const { nodeType } = issue
    if (nodeType === undefined) return [issue]
    if (told.has(nodeType)) return []
    told.add(nodeType)
    const nodes = (ofType.get(nodeType) ?? []).flatMap(({ node }) => (node ? [node] : []))
    if (nodes.length === 1) return [{ ...issue, nodes }]
    const message = `have ${nodes.length} nodes of type ${nodeType}, which does not run here: ${nameAll(nodes)}. Give them stand-ins (their outputs), or replace them by Code nodes.`
    return [{ path: nodesPath, message, node: null, nodeType, nodes }]
  })
}

function nameAll(nodes: readonly Pick<Entry, 'id' | 'title'>[]): string {
  return listNames(nodes.map(nameOf).map(({ id, title }) => `"${title}" (${id})`))
}
