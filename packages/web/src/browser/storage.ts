/** The browser's memories: `local` is shared by all tabs, `session` belongs to one tab and outlives its reloads. */
export type Area = 'local' | 'session'

/** A kept text; null: there is none, or the browser forbids storage. */
export function readText(area: Area, key: string): string | null {
  try {
    return memoryOf(area).getItem(key)
  } catch {
    // Forbidden: the same as empty, since nothing is ever there.
    return null
  }
}

/** Keeps a text; false: there is no room for it (browsers give about 5 MB), or the browser forbids storage. */
export function writeText(area: Area, key: string, text: string): boolean {
  try {
    memoryOf(area).setItem(key, text)
    return true
  } catch {
    // The caller says so.
    return false
  }
}

/** Keeps the first of these texts for which there is room; false: there is room for none. */
export function writeFirst(area: Area, key: string, texts: Iterable<string>): boolean {
  for (const text of texts) if (writeText(area, key, text)) return true
  return false
}

export function removeText(area: Area, key: string): void {
  try {
    memoryOf(area).removeItem(key)
  } catch {
    // Forbidden: then it is not there.
  }
}

export function keysOf(area: Area): string[] {
  try {
    return Object.keys(memoryOf(area))
  } catch {
    // Forbidden: then there are none.
    return []
  }
}

function memoryOf(area: Area): Storage {
  return area === 'local' ? localStorage : sessionStorage
}
