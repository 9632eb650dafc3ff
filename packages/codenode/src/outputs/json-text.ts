/** What a text holds that is meant as JSON; `isFenced`: between the lines of a Markdown fence, as models write it. */
export type JsonText = { of: 'object' | 'array'; isFenced: boolean }

const fence = /^```[\w-]*\n([\s\S]*?)\n?```$/

/** Longer texts are known by their ends alone: what is wanted is a hint. */
const mostParsed = 64 * 1024

/** Whether a text is JSON of an object or an array; null if it is not. */
export function kindOfJsonText(text: string): JsonText | null {
  const trimmed = text.trim()
  const inner = trimmed.startsWith('```') && trimmed.length <= mostParsed ? fence.exec(trimmed)?.[1]?.trim() : undefined
  const json = inner ?? trimmed
  const ends = `${json.at(0)}${json.at(-1)}`
  const of = ends === '{}' ? 'object' : ends === '[]' ? 'array' : null
  if (of === null || (json.length <= mostParsed && !isJson(json))) return null
  return { of, isFenced: inner !== undefined }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    // Not JSON: the answer, not a failure.
    return false
  }
}
