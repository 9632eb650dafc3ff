import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findPlaces } from '../packages/codenode/src/places/find-places.ts'

/** `codenode serve` as a process of its own, with a history of its own, on any free port of this machine. */
export class Service {
  readonly port: number
  readonly pid: number
  readonly #process: ChildProcess
  readonly #folder: string

  /** `checkout`: the clone whose code it runs, with that clone's packages; this one by default. */
  static async start(env: Record<string, string> = {}, checkout?: string): Promise<Service> {
    const root = checkout ?? path.resolve(import.meta.dirname, '..')
    const bin = path.join(root, 'packages/codenode/bin/codenode.js')
    return await Service.#launch([bin, 'serve', '--port', '0'], env, checkout && path.join(checkout, '.codenode'))
  }

  /** The library behind Node's own HTTP server, with nothing else; also a process of its own. */
  static async startBare(): Promise<Service> {
    return await Service.#launch([path.join(import.meta.dirname, 'bare-server.ts')], {}, undefined)
  }

  static async #launch(
    args: readonly string[],
    env: Record<string, string>,
    dataDir: string | undefined,
  ): Promise<Service> {
    const folder = mkdtempSync(path.join(tmpdir(), 'codenode-bench-'))
    symlinkSync(dataDir ? path.join(dataDir, 'packages') : findPlaces().packagesDir, path.join(folder, 'packages'))
    const process_ = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, CODENODE_DATA_DIR: folder, CODENODE_LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    try {
      return new Service(process_, await readPort(process_), folder)
    } catch (error) {
      process_.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  private constructor(started: ChildProcess, port: number, folder: string) {
    this.#process = started
    this.#folder = folder
    this.port = port
    this.pid = started.pid as number // it has printed its port
    started.stdout?.resume()
    started.stderr?.resume()
  }

  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, 'exit')
      this.#process.kill('SIGTERM')
      await ended
    }
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

async function readPort(service: ChildProcess): Promise<number> {
  let said = ''
  return await new Promise((resolve, reject) => {
    service.stderr?.on('data', (chunk: Buffer) => {
      said += chunk
    })
    service.once('exit', () => reject(new Error(`The service ended at once: ${said.slice(-2000)}`)))
    let printed = ''
    service.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk
      const port = /https?:\/\/[\w.[\]:-]*:(\d+)/.exec(printed)?.[1]
      if (port) resolve(Number(port))
    })
  })
}
