/** So many are told; whoever has mended those asks again. */
export const maxToldIssues = 100

/** What is checked part by part goes no further once so many are found: nothing is run anyway. */
export const enoughIssues = 1000

/** The first issues, and how many there are where that is more. */
export type ToldIssues<Told> = { issues: readonly Told[]; issueCount?: number }

export function firstIssues<Told>(issues: readonly Told[]): ToldIssues<Told> {
  if (issues.length <= maxToldIssues) return { issues }
  return { issues: issues.slice(0, maxToldIssues), issueCount: issues.length }
}

/** Names for a message: the first few, each cut, and how many more there are. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => (name.length > 60 ? `${name.slice(0, 60)}…` : name))
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '')
}

/** A name that stands in an issue: a title can be as long as the whole document. */
export function cutName(name: string): string {
  return name.length > 200 ? `${name.slice(0, 200)}…` : name
}
