import { existsSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { findKoffi, type RuntimePaths } from './runtime-files.ts'

const packageRoot = path.resolve(import.meta.dirname, '../..')
const runtimes = path.join(packageRoot, 'runtimes')

/**
 * The data directory: what is given, `CODENODE_DATA_DIR`, or the nearest `.codenode` from the working directory upwards,
 * else from this package upwards.
 */
export function findDataDir(given?: string, env: NodeJS.ProcessEnv = process.env): string {
  const named = given ?? env.CODENODE_DATA_DIR
  if (named) return path.resolve(named)
  for (const start of [process.cwd(), packageRoot]) {
    for (let folder = start; ; folder = path.dirname(folder)) {
      const candidate = path.join(folder, '.codenode')
      if (existsSync(candidate)) return candidate
      if (folder === path.dirname(folder)) break
    }
  }
  return path.join(process.cwd(), '.codenode')
}

/** CPython: `CODENODE_PYTHON`, the environment of the packages, or python3 of the system without packages. */
export function findPythonPaths(dataDir: string, env: NodeJS.ProcessEnv = process.env): RuntimePaths {
  const environment = path.join(dataDir, 'packages/python')
  const own = path.join(environment, 'bin/python')
  const [packages] = globSync('lib/python3*/site-packages', { cwd: environment })
  return {
    runtimes,
    binary: env.CODENODE_PYTHON ?? (existsSync(own) ? own : findOnPath('python3')),
    packages: packages ? path.join(environment, packages) : null,
  }
}

/** Node: `CODENODE_NODE`, or the one that this process runs on when it is fit, or the pinned package. */
export function findNodePaths(dataDir: string, env: NodeJS.ProcessEnv = process.env): RuntimePaths {
  const folder = path.join(dataDir, 'packages/javascript')
  return {
    runtimes,
    binary: env.CODENODE_NODE ?? findPinnedNode() ?? process.execPath,
    packages: existsSync(path.join(folder, 'node_modules')) ? folder : null,
    koffi: findKoffi(),
  }
}

function findPinnedNode(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve(`node-linux-${process.arch}/package.json`)
    return path.join(path.dirname(manifest), 'bin/node')
  } catch {
    return undefined // not installed: an operator chose another Node
  }
}

function findOnPath(name: string): string {
  const folders = (process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(':')
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file))
  if (!found) throw new CodenodeError('sandbox_unavailable', { missing: name })
  return found
}
