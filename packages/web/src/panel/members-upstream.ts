import { type OutputSpecs, outputTypes } from 'codenode/contract'
import type { UpstreamVariable } from '../graph/document.ts'

/** The members of an upstream object, as far as they are listed as variables of their own. */
export function membersUpstream(selector: readonly string[], upstream: readonly UpstreamVariable[]): OutputSpecs {
  const depth = selector.length
  if (depth === 0) return {}
  const members = upstream.filter(
    ({ selector: other }) => other.length === depth + 1 && selector.every((part, at) => part === other[at]),
  )
  return Object.fromEntries(
    members.map((member) => {
      const type = outputTypes.find((known) => known === member.type) ?? 'object'
      return [member.selector[depth] ?? '', { type, children: membersUpstream(member.selector, upstream) }]
    }),
  )
}
