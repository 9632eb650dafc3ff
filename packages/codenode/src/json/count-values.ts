/**
 * Whether a value of JSON holds more than `most` values, on all levels: texts, numbers, arrays and objects. Stops as soon as it
 * is known, and does not recurse.
 */
export function hasMoreValuesThan(value: unknown, most: number): boolean {
  let left = most - 1
  const open: unknown[] = [value]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (typeof at !== 'object' || at === null) continue
    const members = Array.isArray(at) ? (at as unknown[]) : Object.values(at)
    left -= members.length
    if (left < 0) return true
    for (const member of members) if (typeof member === 'object' && member !== null) open.push(member)
  }
  return false
}
