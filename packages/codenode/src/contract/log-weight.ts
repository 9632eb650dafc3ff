/** So many entries of a stream are free; each one beyond counts as `entryBytes` of what may be kept. */
const freeEntries = 1000
/** About what an entry takes beside its text, in memory, in the record and in an event. */
const entryBytes = 100

/** What the logs of one stream count for against `logBytes`: their text in UTF-8, and their entries where they are many. */
export function weighLogs(textBytes: number, entries: number): number {
  return textBytes + entryBytes * Math.max(0, entries - freeEntries)
}
