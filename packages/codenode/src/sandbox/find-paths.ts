import { accessSync, constants, existsSync, globSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { findPlaces } from '../places/find-places.ts'
import { installation } from '../places/installation.ts'
import { whyNotTrusted } from '../places/trust.ts'
import { findCompiler, findKoffi, type RuntimePaths } from './runtime-files.ts'

const runtimes = path.join(installation.packageRoot, 'runtimes')

/** The data directory: what is given, or what `findPlaces` finds. */
export function findDataDir(given?: string, env: NodeJS.ProcessEnv = process.env): string {
  return findPlaces({ dataDir: given }, { env, folder: process.cwd() }).dataDir
}

/** CPython: `CODENODE_PYTHON`, the environment of the packages, or python3 of the system without packages. */
export function findPythonPaths(
  packagesDir: string = findPlaces().packagesDir,
  env: NodeJS.ProcessEnv = process.env,
): RuntimePaths {
  const environment = path.join(packagesDir, 'python')
  const own = path.join(environment, 'bin/python')
  const [packages] = globSync('lib/python3*/site-packages', { cwd: environment })
  return {
    runtimes,
    binary: env.CODENODE_PYTHON ?? (existsSync(own) ? own : findOnPath('python3')),
    packages: packages ? path.join(environment, packages) : null,
  }
}

/** Node: `CODENODE_NODE`, or the pinned package, or the one that this process runs on. */
export function findNodePaths(
  packagesDir: string = findPlaces().packagesDir,
  env: NodeJS.ProcessEnv = process.env,
): RuntimePaths {
  const folder = path.join(packagesDir, 'javascript')
  return {
    runtimes,
    binary: env.CODENODE_NODE ?? findPinnedNode() ?? process.execPath,
    packages: existsSync(path.join(folder, 'node_modules')) ? folder : null,
    koffi: refuseForeignKoffi(findKoffi()),
    compiler: refuseForeignCompiler(findCompiler()),
  }
}

function findPinnedNode(): string | undefined {
  let manifest: string
  try {
    manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`)
  } catch {
    return undefined // not installed: an operator chose another Node
  }
  const binary = path.join(path.dirname(manifest), 'bin/node')
  refuseUnsafe('CODENODE_NODE names another Node.js.', binary)
  return binary
}

function refuseForeignKoffi(koffi: NonNullable<RuntimePaths['koffi']>): NonNullable<RuntimePaths['koffi']> {
  refuseUnsafe('Install Codenode again.', koffi.main, koffi.binary)
  return koffi
}

function refuseForeignCompiler(compiler: NonNullable<RuntimePaths['compiler']>): NonNullable<RuntimePaths['compiler']> {
  refuseUnsafe('Install Codenode again.', compiler.folder)
  return compiler
}

/** Node looks for packages in every folder above, where an optional one that is not installed can be somebody else's. */
function refuseUnsafe(advice: string, ...files: string[]): void {
  for (const file of files) {
    const why = whyNotTrusted(file, installation.packageRoot)
    if (why) throw new CodenodeError('sandbox_unavailable', { message: `${file} is not used: ${why}. ${advice}` })
  }
}

/** Only whole paths count: what the working folder holds is not what the operator means. */
export function findOnPath(name: string, folders: string = process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin'): string {
  const files = folders.split(':').flatMap((folder) => (path.isAbsolute(folder) ? [path.join(folder, name)] : []))
  const found = files.find(isProgram)
  if (!found) throw new CodenodeError('sandbox_unavailable', { missing: name })
  return found
}

/** A file that this user may start. */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
