/** A number, a member's place, the head of an array or an object: about that in memory. */
const valueBytes = 16

/** About the bytes of memory that a value of JSON takes. Does not recurse, and looks once at each value. */
export function weigh(root: unknown): number {
  let bytes = 0
  const open: unknown[] = [root]
  // Only a caller in this process can give a cycle.
  const seen = new Set<object>()
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    bytes += valueBytes
    if (typeof value === 'string') bytes += value.length
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (!Array.isArray(value)) for (const key of Object.keys(value)) bytes += key.length
    for (const member of Array.isArray(value) ? value : Object.values(value)) {
      if (typeof member === 'string') bytes += valueBytes + member.length
      else if (typeof member === 'object' && member !== null) open.push(member)
      else bytes += valueBytes
    }
  }
  return bytes
}
