/** The names that are like a wanted one, the most alike first, at most five. Capitals, dashes and underscores do not count. */
export function closeNames(wanted: string, names: Iterable<string>): string[] {
  const target = toPlain(wanted)
  if (target === '') return []
  const most = target.length <= 4 ? 1 : target.length <= 8 ? 2 : 3
  return [...new Set(names)]
    .map((name) => ({ name, distance: distanceOf(target, toPlain(name), most) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name)
}

/**
 * Modules that a wanted one is likely a slip of: installed ones, then those of the language's library. One character lacks, is
 * too many or wrong, or two neighbours are swapped; anything else is another package, and naming it hides what helps. As the
 * runtimes do.
 */
export function closeModules(wanted: string, installed: Iterable<string>, library: Iterable<string>): string[] {
  const toModule = (name: string) => toPlain(name.replace(/^node:/, '').replace(/[-_.]?js$/i, ''))
  const target = toModule(wanted)
  const close = (names: Iterable<string>, shortestReplaced: number) =>
    [...names].filter((name) => isSlip(target, toModule(name), shortestReplaced))
  return [...new Set([...close(installed, 4), ...close(library, 6)])].slice(0, 5)
}

/** `shortestReplaced`: a shorter name with one letter replaced is too soon another one. */
function isSlip(target: string, name: string, shortestReplaced: number): boolean {
  if (target === name) return true
  if (Math.min(target.length, name.length) < 4 || distanceOf(target, name, 1) > 1) return false
  const isReplaced = target.length === name.length && sortLetters(target) !== sortLetters(name)
  return !isReplaced || name.length >= shortestReplaced
}

/** Swapped neighbours are the same letters. */
function sortLetters(name: string): string {
  return name.split('').toSorted().join('')
}

function toPlain(name: string): string {
  return name.slice(0, 100).toLowerCase().replaceAll(/[-_.]/g, '')
}

/** How many characters are put in, left out, replaced or swapped with their neighbour; beyond `most` the figure is not exact. */
function distanceOf(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)]
  for (let row = 1; row <= a.length; row++) {
    const above = rows[row - 1] ?? []
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1]
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwapped ? (rows[row - 2]?.[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      )
    }
    rows.push(current)
  }
  return rows[a.length]?.[b.length] ?? most + 1
}
