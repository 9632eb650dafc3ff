import { statSync } from 'node:fs'
import path from 'node:path'

const readByOthers = 0o004
const enterByOthers = 0o001

/**
 * What keeps other users from reading `place`: the file or folder itself, or a folder on the way. Undefined if nothing
 * does. Without namespaces the runs of root have user ids of their own and read the host's own paths.
 */
export function findBarrier(place: string): string | undefined {
  const entry = statSync(place)
  if ((entry.mode & readByOthers) === 0) return place
  for (let folder = entry.isDirectory() ? place : path.dirname(place); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & enterByOthers) === 0) return folder
    if (folder === path.dirname(folder)) return undefined
  }
}
