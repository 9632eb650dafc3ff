import type { Text } from '@codemirror/state'

/** Of longer lines a traceback may show a part alone. */
const wholeLength = 190

/**
 * The line, from 1, where code that failed stands now: the line that the failure names, if it still says the same, or else
 * the only one that does. `text`: what stood there, without its margin; null: not known, so that the number counts.
 */
export function findFailedLine(doc: Text, { line, text }: { line: number; text: string | null }): number | null {
  const isThere = line >= 1 && line <= doc.lines
  if (text === null) return isThere ? line : null
  const isSame = (written: string): boolean => {
    const trimmed = written.trim()
    return trimmed === text || (text.length >= wholeLength && trimmed.includes(text))
  }
  if (isThere && isSame(doc.line(line).text)) return line
  let found: number | null = null
  for (let number = 1; number <= doc.lines; number++) {
    if (!isSame(doc.line(number).text)) continue
    if (found !== null) return null
    found = number
  }
  return found
}
