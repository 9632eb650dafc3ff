import { spawn } from 'node:child_process'
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import type { PackageLists } from '../config/read-config.ts'
import { CodenodeError } from '../contract/error.ts'
import { makeFolder } from '../places/make-folder.ts'
import type { Terminal } from './terminal.ts'

/** Installs the lists that are beside it. */
const installer = path.resolve(import.meta.dirname, '../../packages/install')

const homes = ['python', 'javascript'] as const

/**
 * Makes the standard packages and the operator's own ready in a folder. What changes is built beside what is
 * there and put in its place when all of it is complete; if something fails, everything stays as it was. A service that
 * runs keeps the packages it started with, in `.before`, until the next installation.
 */
export async function installPackages(
  packages: string,
  added: PackageLists,
  { write }: Pick<Terminal, 'write'>,
): Promise<void> {
  makePackagesFolder(packages)
  removeLeftovers(packages)
  const stage = path.join(packages, `.next-${process.pid}`)
  const staged = path.join(stage, 'packages')
  makeFolder(staged, 0o777)
  try {
    for (const home of homes) {
      writeFileSync(path.join(staged, `extra-${home}.txt`), added[home].map((line) => `${line}\n`).join(''))
      // The script leaves what is current as it is: then this link is still there afterwards, and nothing is exchanged.
      if (existsSync(path.join(packages, home))) symlinkSync(path.join(packages, home), path.join(staged, home))
    }
    await runInstaller(stage)
    const changed = homes.filter((home) => !lstatSync(path.join(staged, home)).isSymbolicLink())
    for (const home of changed)
      exchange(path.join(staged, home), path.join(packages, home), path.join(packages, `.before-${home}`))
    for (const home of homes)
      renameSync(path.join(staged, `extra-${home}.txt`), path.join(packages, `extra-${home}.txt`))
    write(describe(changed, added, packages))
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

function makePackagesFolder(packages: string): void {
  try {
    makeFolder(packages, 0o777)
    accessSync(packages, constants.W_OK)
  } catch (cause) {
    const message = `is ${packages}, which this user cannot write. Install as its owner, or name another folder: --packages-dir or CODENODE_PACKAGES_DIR.`
    throw new CodenodeError('configuration_invalid', { issues: [{ path: 'packagesDir', message }] }, { cause })
  }
}

/** Two renames; between them a run that starts an interpreter finds no packages and is told so. */
function exchange(next: string, home: string, before: string): void {
  rmSync(before, { recursive: true, force: true })
  if (existsSync(home)) renameSync(home, before)
  renameSync(next, home)
}

function describe(changed: readonly string[], added: PackageLists, packages: string): string {
  if (changed.length === 0) return 'All packages are already installed.\n'
  const names = [...added.python, ...added.javascript]
  const own = names.length > 0 ? `, with ${names.join(', ')}` : ''
  return `Installed in ${packages}: the ${changed.join(' and ')} packages${own}.\nRestart a running service to use them.\n`
}

async function runInstaller(stage: string): Promise<void> {
  const child = spawn(installer, [stage], { stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal ?? code))
  })
  if (ended === 0) return
  const issues = [{ path: 'packages', message: 'could not be installed; see the output above. Nothing was changed.' }]
  throw new CodenodeError('configuration_invalid', { issues })
}

/** Of installations that were killed. One that is still at work is left alone. */
function removeLeftovers(packages: string): void {
  for (const name of readdirSync(packages)) {
    const pid = /^\.next-(\d+)$/.exec(name)?.[1]
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(path.join(packages, name), { recursive: true, force: true })
  }
}
