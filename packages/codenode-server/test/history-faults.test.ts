import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { defaultLimits } from 'codenode/internal/contract/limits'
import type { RunRecord } from 'codenode/internal/contract/record'
import { isInProgress } from 'codenode/internal/contract/run-documents'
import { stringifyLossless } from 'codenode/internal/json/json'
import { createSandbox, type RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunService } from '../src/service/api/types.ts'
import { createRunService } from '../src/service/run-service.ts'

const script = fileURLToPath(new URL('support/keep-running.ts', import.meta.url))
const client = 'local'
let sandbox: RunningSandbox
let folder: string

beforeAll(async () => {
  sandbox = await createSandbox({ packages: 'none', runtimes: ['javascript'], spares: 1 })
  folder = mkdtempSync(path.join(tmpdir(), 'codenode-faults-'))
})
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

type Line =
  | { type: 'started'; id: string; isIdTold: boolean }
  | { type: 'ended'; id: string; record: string }
  | { type: 'problem'; message: string; isSolved: boolean }

/** A service of its own process, and what it has said. */
class Service {
  readonly lines: Line[] = []
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #news = Promise.withResolvers<void>()

  constructor(argv: readonly [string, ...string[]]) {
    const [command, ...rest] = argv
    this.#child = spawn(command, rest, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#ended = once(this.#child, 'close').then(() => this.#wake())
    // stdout is a pipe, as asked for above.
    createInterface(this.#child.stdout!).on('line', (line) => {
      this.lines.push(JSON.parse(line) as Line)
      this.#wake()
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  get problems(): { message: string; isSolved: boolean }[] {
    return this.lines.filter((line) => line.type === 'problem')
  }

  get records(): string[] {
    return recordsOf(this.lines)
  }

  async until(isReached: () => boolean): Promise<void> {
    while (!isReached()) {
      if (this.#child.exitCode !== null || this.#child.signalCode) throw new Error('the service has ended')
      await this.#news.promise
    }
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Resolves with the exit code. */
  async stop(): Promise<number | null> {
    this.#child.stdin?.end()
    await this.#ended
    return this.#child.exitCode
  }

  #wake(): void {
    this.#news.resolve()
    this.#news = Promise.withResolvers()
  }
}

async function withHistory(file: string, use: (service: RunService) => void): Promise<void> {
  const history = { file, maxRuns: 1_000_000, maxAgeDays: 30, inputs: true }
  const service = createRunService({ sandbox, limits: defaultLimits, maxRuns: 10, history })
  service.resume()
  use(service)
  await service.close()
  const database = new DatabaseSync(file)
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  database.close()
}

function recordsOf(lines: readonly Line[]): string[] {
  return lines.flatMap((line) => (line.type === 'ended' ? [line.record] : []))
}

function idOf(record: string): string {
  return (JSON.parse(record) as RunRecord).id
}

describe('a service that is killed while it writes', () => {
  test('finds every run that it answered, and says which were interrupted', async () => {
    const file = path.join(folder, 'killed.sqlite')
    for (const answers of [1, 60, 300]) {
      const service = new Service([process.execPath, script, file, '50'])
      await service.until(() => service.records.length >= answers)
      await service.kill()

      await withHistory(file, (reopened) => {
        for (const record of service.records) {
          expect(stringifyLossless(reopened.get(idOf(record), client))).toBe(record)
        }
        const answered = new Set(service.records.map(idOf))
        const open = service.lines.flatMap((line) =>
          line.type === 'started' && line.isIdTold && !answered.has(line.id) ? [line.id] : [],
        )
        expect(open.length).toBeGreaterThan(0)
        for (const id of open) checkInterrupted(reopened, id)
      })
    }
  })
})

/** It may have ended just before the kill, its answer unread; or it waited, and goes on now. */
function checkInterrupted(service: RunService, id: string): void {
  const run = service.get(id, client)
  if (run.status === 'succeeded' || isInProgress(run)) return
  expect(run).toMatchObject({ status: 'failed', error: { code: 'run_interrupted' }, attempts: [] })
  expect(service.request(id, client).inputs).toMatchObject({ filler: 'x'.repeat(2000) })
}

describe('a service whose disk is full', () => {
  test('answers as usual, says so once, and writes what it kept when there is space', async () => {
    const file = path.join(folder, 'full.sqlite')
    const bytes = 600_000
    const service = new Service(['prlimit', `--fsize=${bytes}:unlimited`, process.execPath, script, file, '4'])
    await service.until(() => service.problems.length > 0)
    const before = service.records.length
    await service.until(() => service.records.length >= before + 100)
    expect(service.records.every((record) => (JSON.parse(record) as RunRecord).status === 'succeeded')).toBe(true)
    expect(service.problems).toEqual([
      { type: 'problem', message: expect.stringContaining('cannot be written') as string, isSolved: false },
    ])

    execFileSync('prlimit', ['--pid', String(service.pid), '--fsize=unlimited'])
    await service.until(() => service.problems.length > 1)
    expect(await service.stop()).toBe(0)
    expect(service.problems.slice(1)).toEqual([
      { type: 'problem', message: 'The history can be written again.', isSolved: true },
    ])

    const [failed, solved] = service.lines.flatMap((line, index) => (line.type === 'problem' ? [index] : []))
    const unwritten = recordsOf(service.lines.slice(failed, solved))
    await withHistory(file, (reopened) => {
      // Of those that ended meanwhile the newest 1000 are promised; some ended in another order than they started.
      for (const record of [...recordsOf(service.lines.slice(0, failed)), ...unwritten.slice(-900)]) {
        expect(stringifyLossless(reopened.get(idOf(record), client))).toBe(record)
      }
    })
  })
})
