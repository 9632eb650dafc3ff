import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findBarrier } from './barrier.ts'

/** What every thread of a run loads first; so it must be readable for runs. */
export const guardName = 'debugger.cjs'

/**
 * The guard where runs without namespaces can read it; those of root have user ids of their own. Below a folder that is
 * root's alone, such as `/root`, none can: then a copy beside the packages does, since a thread that cannot load what it is
 * to load does not start. Threads go without where there is no such place: it is no wall.
 */
export function findReadableGuard(
  runtimes: string,
  packages: string | null,
  isRoot = process.getuid?.() === 0,
): string[] {
  const file = path.join(runtimes, 'javascript', guardName)
  if (!isRoot || !findBarrier(file)) return [file]
  if (packages === null || findBarrier(packages)) return []
  const copy = path.join(packages, guardName)
  try {
    copyIfDifferent(file, copy)
  } catch {
    return [] // the packages are read-only here
  }
  return [copy]
}

/** By a rename, since others may start at the same time. */
function copyIfDifferent(file: string, copy: string): void {
  const wanted = readFileSync(file)
  if (existsSync(copy) && readFileSync(copy).equals(wanted)) return
  const next = `${copy}.${process.pid}`
  writeFileSync(next, wanted)
  chmodSync(next, 0o644)
  renameSync(next, copy)
}
