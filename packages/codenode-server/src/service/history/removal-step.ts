/** What is removed at once: little enough that nothing else waits long. */
export const step = { runs: 100, bytes: 4 * 2 ** 20 }

/** What can be large in a row. Their sizes are read without them. */
const texts = ['trail', 'record', 'target', 'inputs'] as const

/** The size of a row in SQL. */
export const bytesOfRow = texts.map((name) => `coalesce(octet_length(${name}), 0)`).join(' + ')

/** How many rows of these sizes are removed at once: at least one, if there is any. */
export function countOfStep(sizes: readonly number[]): number {
  let bytes = 0
  const tooMuch = sizes.findIndex((size) => {
    bytes += size
    return bytes > step.bytes
  })
  return tooMuch === -1 ? sizes.length : Math.max(1, tooMuch)
}
