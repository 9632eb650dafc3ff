import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * Makes a folder and those above it that are missing, by default for this user alone; gives the outermost that it made.
 * `mkdirSync` with `recursive` tries for ever where a file system takes no folders, as `/proc`.
 */
export function makeFolder(folder: string, mode = 0o700): string | undefined {
  try {
    return makeOne(folder, mode)
  } catch (error) {
    const above = path.dirname(folder)
    if (!isMissing(error) || above === folder) throw error
    const outermost = makeFolder(above, mode)
    const own = makeOne(folder, mode)
    return outermost ?? own
  }
}

/** Undefined: it was there. */
function makeOne(folder: string, mode: number): string | undefined {
  try {
    mkdirSync(folder, { mode })
    return folder
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
