import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'

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

/** As `makeFolder`, for one of the data folder's. Throws `configuration_invalid`, which says why it cannot be made. */
export function makeDataFolder(dataDir: string, folder = dataDir): string | undefined {
  try {
    return makeFolder(folder)
  } catch (cause) {
    throw refuseDataDir(dataDir, cause)
  }
}

export function refuseDataDir(dataDir: string, cause: unknown): CodenodeError {
  const message = `is ${dataDir}, ${explain(cause)}; name another: --data-dir or CODENODE_DATA_DIR.`
  return new CodenodeError('configuration_invalid', { issues: [{ path: 'dataDir', message }] }, { cause })
}

function explain(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return reasons[code] ?? `which cannot be used (${code})`
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'where this user cannot write',
  EPERM: 'where this user cannot write',
  EROFS: 'where this user cannot write',
  ENOENT: 'where no folder can be made',
  ENOTDIR: 'which is not a folder, or lies below what is none',
  EEXIST: 'which is not a folder',
  ELOOP: 'a link that leads in a circle',
  ENAMETOOLONG: 'a name that is too long',
  ENOSPC: 'where the disk is full',
}

/** Undefined: it was there. */
function makeOne(folder: string, mode: number): string | undefined {
  try {
    mkdirSync(folder, { mode })
    return folder
  } catch (error) {
    if (isFolder(folder)) return undefined
    throw error
  }
}

/** What cannot be looked at is none: why it could not be made says more. */
function isFolder(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch {
    return false
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
