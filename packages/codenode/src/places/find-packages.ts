import { existsSync, globSync, statSync } from 'node:fs'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { installation, installCommandFor } from './installation.ts'
import { whyNotTrusted } from './trust.ts'

/**
 * Where the packages are: the folder that is named, that of a data folder that is named, or the installation's own. What is
 * only found is never taken, since its interpreter would be run.
 */
export function findPackagesDir(given: { named: string | undefined; namedDataDir: string | undefined }): string {
  if (given.named !== undefined) return path.resolve(given.named)
  const inData = given.namedDataDir === undefined ? null : path.join(given.namedDataDir, 'packages')
  if (inData !== null && homes.some((home) => existsSync(path.join(inData, home)))) return inData
  const own = path.join(installation.ownFolder, 'packages')
  refuseUnsafe(own, installation.packageRoot)
  return own
}

/** The installation's own folder may be missing: nothing is installed then, which the start tells. */
export function refuseMissing(packagesDir: string): void {
  const isFolder = statSync(packagesDir, { throwIfNoEntry: false })?.isDirectory() ?? false
  if (isFolder || packagesDir === path.join(installation.ownFolder, 'packages')) return
  const message = `is ${packagesDir}, which is no folder. Name the one that has the packages: --packages-dir or CODENODE_PACKAGES_DIR; or install them there: ${installCommandFor(packagesDir)}.`
  throw new CodenodeError('configuration_invalid', { issues: [{ path: 'packagesDir', message }] })
}

/** A folder of packages holds one for each interpreter. */
const homes = ['python', 'javascript'] as const

/** Another user may have put it beside a program in a shared folder, or may be able to write it. */
export function refuseUnsafe(packagesDir: string, program: string): void {
  const folders = ['', 'python/bin', ...globSync('python/lib/python3*/site-packages', { cwd: packagesDir })]
  const places = [...folders, 'javascript/node_modules'].map((it) => path.join(packagesDir, it)).filter(existsSync)
  const why = places.map((it) => whyNotTrusted(it, program)).find((it) => it !== null)
  if (why === undefined) return
  const message = `is ${packagesDir}, whose programs would be run here, and it is not safe: ${why}. Change that, or name another folder: --packages-dir or CODENODE_PACKAGES_DIR.`
  throw new CodenodeError('configuration_invalid', { issues: [{ path: 'packagesDir', message }] })
}
