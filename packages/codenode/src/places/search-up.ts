import { lstatSync, realpathSync } from 'node:fs'
import path from 'node:path'

/**
 * The nearest `name` in a folder or above it. The search ends at the home folder where it begins in it, and where another
 * file system begins, as git's does: above those other people's files begin.
 */
export function searchUp(name: string, folder: string, home: string | undefined): string | null {
  const top = home ? resolve(home) : null
  let device: number | undefined
  for (let at = resolve(folder); ; at = path.dirname(at)) {
    const own = deviceOf(at)
    if (device !== undefined && own !== undefined && own !== device) return null
    device ??= own
    const file = path.join(at, name)
    if (isThere(file)) return file
    if (at === top || at === path.dirname(at)) return null
  }
}

function resolve(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return path.resolve(folder) // not made yet, or not ours to enter: its path is all there is to go by
  }
}

function deviceOf(folder: string): number | undefined {
  return lstatSync(folder, { throwIfNoEntry: false })?.dev
}

/** What cannot be looked at must not be passed over: it may be what the search is for. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return true
  }
}
