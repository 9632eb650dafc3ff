// A clone may lie where only root can go, such as /root. The level without namespaces then refuses to start, as it should, and
// its tests need the packages in a readable place: a copy, made once for all files and removed after the last.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findPlaces } from '../../src/places/find-places.ts'
import { findBarrier } from '../../src/sandbox/barrier.ts'

const variable = 'TEST_PACKAGES_OF_CODENODE'

let made: string | undefined

/** Vitest calls it before the first file. */
export function setup(): void {
  const packages = findPlaces().packagesDir
  if (process.getuid?.() !== 0 || process.env[variable] || !findBarrier(packages)) return
  made = mkdtempSync(path.join(tmpdir(), 'codenode-packages-'))
  chmodSync(made, 0o755)
  const copy = path.join(made, 'packages')
  // Hard links where they can be made, which take a second and no room.
  const isCopied = [['-al'], ['-a', '--reflink=auto']].some((flags) => {
    rmSync(copy, { recursive: true, force: true })
    return spawnSync('cp', [...flags, packages, copy]).status === 0
  })
  if (!isCopied) throw new Error(`The packages could not be copied from ${packages} to ${copy}.`)
  process.env[variable] = copy
}

/** Vitest calls it after the last. */
export function teardown(): void {
  if (made) rmSync(made, { recursive: true })
}

/** The copy; undefined where everybody can read the packages. */
export function findReadablePackages(): string | undefined {
  return process.env[variable]
}
