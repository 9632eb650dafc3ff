/**
 * Several tabs edit what is kept in one place. A tab writes there only what goes on from what it read there last; once
 * another tab has written in between, people choose between the two, and until then the tab keeps its own draft. Stamps
 * tell one writing from another; null: nothing is kept.
 */
export type Stamp = string | null

/** Whether a tab that goes on from `base` may write over what is shared. */
export function mayWrite(base: Stamp, shared: Stamp): boolean {
  return shared === null || shared === base
}

/** Where a tab begins: with its own draft, with what is shared, or with its own and the question which one is wanted. */
export function whereToBegin(
  own: { readonly base: Stamp; readonly isAhead: boolean } | null,
  shared: Stamp,
): 'own' | 'shared' | 'ask' {
  if (own === null) return 'shared'
  if (mayWrite(own.base, shared)) return 'own'
  // Without changes of its own, the draft is what the others went on from: nothing is lost with it.
  return own.isAhead ? 'ask' : 'shared'
}

/** What a tab does when another one has written. */
export function afterOtherWrote(
  tab: { readonly base: Stamp; readonly hasSameWorkflow: boolean },
  shared: Stamp,
): 'nothing' | 'follow' | 'ask' {
  if (mayWrite(tab.base, shared)) return 'nothing'
  return tab.hasSameWorkflow ? 'follow' : 'ask'
}
