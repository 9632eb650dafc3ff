import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findPlaces } from '../../src/places/find-places.ts'
import { findPythonPaths } from '../../src/sandbox/find-paths.ts'

const bin = path.resolve(import.meta.dirname, '../../bin/codenode.js')

/** A real `codenode serve`, with a data folder of its own. */
export type TestService = {
  /** `http://127.0.0.1:PORT` */
  address: string
  dataDir: string
  process: ChildProcess
  /** All that it has printed so far. */
  printed: () => string
  /** Ends it and waits; its data folder goes, unless it was given. */
  close: () => Promise<void>
}

/** For services whose limits are not what is tested: a machine that is busy with other things must not end a run. */
export const patientLimits = { CODENODE_WALL_MS: '120000', CODENODE_CPU_MS: '120000' } as const

/**
 * Starts one on any free port. `dataDir`: one that an earlier service left; `packages`: as for `makeDataDir`; `under`: a command
 * that becomes the service.
 */
export async function startService(
  options: {
    env?: Record<string, string>
    dataDir?: string
    packages?: 'none' | 'installed'
    args?: readonly string[]
    under?: readonly string[]
  } = {},
): Promise<TestService> {
  const dataDir = options.dataDir ?? makeDataDir(options.packages)
  const serve = [process.execPath, bin, 'serve', '--port', '0', ...(options.args ?? [])]
  const [command = '', ...args] = options.under ? [...options.under, ...serve] : serve
  const child = spawn(command, args, {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      CODENODE_DATA_DIR: dataDir,
      CODENODE_SPARES: '1',
      CODENODE_DRAIN_MS: '0',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const address = await new Promise<string>((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      printed += chunk
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0]
      if (found) resolve(found)
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk
    })
    child.once('exit', (code) => reject(new Error(`The service ended with ${code}: ${printed.slice(-3000)}`)))
  })
  return {
    address,
    dataDir,
    process: child,
    printed: () => printed,
    close: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        await ended
      }
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/**
 * A data folder whose programs have the standard library alone, so that interpreters start in a third of the time; or the
 * packages that are installed already.
 */
export function makeDataDir(packages: 'none' | 'installed' = 'none'): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'codenode-service-'))
  const { packagesDir } = findPlaces()
  const own = path.join(folder, 'packages')
  if (packages === 'installed') symlinkSync(packagesDir, own)
  else makeEmptyPackages(own, findPythonPaths(packagesDir))
  return folder
}

/** As `codenode packages install` leaves them, with nothing installed. */
function makeEmptyPackages(folder: string, { binary, packages }: ReturnType<typeof findPythonPaths>): void {
  const version = path.basename(path.dirname(packages ?? '/lib/python3/site-packages'))
  for (const inside of ['python/bin', `python/lib/${version}/site-packages`, 'javascript/node_modules']) {
    mkdirSync(path.join(folder, inside), { recursive: true })
  }
  symlinkSync(realpathSync(binary), path.join(folder, 'python/bin/python'))
}
