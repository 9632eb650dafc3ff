import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { descriptorOf, openPeer } from '../process/process-usage.ts'
import { RunWatch, type Watchable } from './run-watch.ts'
import { never, place, reasons } from './table.ts'

const far = { memoryKb: 2 ** 30, cpuMs: 3_600_000, threads: 4096 }
/** Longer than the watch takes on any machine. */
const endsMs = 30_000

let watch: RunWatch
const threads: Worker[] = []
const processes: ChildProcess[] = []
beforeAll(async () => {
  watch = await RunWatch.start((table) => {
    const thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: table, execArgv: [] })
    threads.push(thread)
    return thread
  })
})
afterAll(async () => await watch.close())
afterEach(() => {
  for (const it of processes.splice(0)) it.kill('SIGKILL')
})

/** A process that prints a line and goes on with `code`, and how it is to be watched. */
async function start(code: string, limits: Partial<Watchable> = {}) {
  const child = spawn(process.execPath, ['-e', `console.log('on'); ${code}`], { stdio: ['pipe', 'pipe', 'inherit'] })
  processes.push(child)
  await new Promise((resolve) => child.stdout.once('data', resolve))
  child.stdout.pause()
  // Its output is a pair of Unix sockets.
  const fd = descriptorOf(child.stdout as unknown as Socket)
  const pid = child.pid ?? 0
  const pidfd = openPeer(fd, pid)
  if (pidfd === null) throw new Error('there is no such process')
  const gone = new Promise<NodeJS.Signals | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  return { child, gone, fd, watched: watch.watch({ pid, pidfd, ...far, sockets: [-1, fd, -1], ...limits }) }
}

const idle = 'setTimeout(() => {}, 600_000)'

describe('a process that is watched', () => {
  test.each([
    [
      'holds too much memory',
      `const kept = Buffer.alloc(300 * 2 ** 20, 1); ${idle}`,
      { memoryKb: 250 * 1024 },
      'memory_exceeded',
    ],
    ['uses too much time', 'for (;;);', { cpuMs: 1_000 }, 'cpu_time_exceeded'],
    ['has too many threads', idle, { threads: 2 }, 'threads_exceeded'],
  ] as const)(
    'and %s is killed, whatever this thread does',
    { timeout: endsMs * 2 },
    async (_name, code, limits, reason) => {
      const { gone, watched } = await start(code, limits)
      const until = performance.now() + endsMs
      // Without a turn of the event loop.
      while (watched.reason === null && performance.now() < until)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
      expect(watched.reason).toBe(reason)
      expect(await gone).toBe('SIGKILL')
      expect(watched.end()).toBe(true)
      expect(watched.reason).toBe(reason)
    },
  )

  test('and late is killed when somewhat more time is over', { timeout: endsMs }, async () => {
    const { gone, watched } = await start(idle)
    const began = performance.now()
    watched.setDeadline(100)
    expect(await gone).toBe('SIGKILL')
    expect(performance.now() - began).toBeGreaterThan(1_000)
    watched.end()
    expect(watched.reason).toBe('wall_time_exceeded')
  })

  test('and late, but has sent what nobody read yet, is not to blame', { timeout: endsMs * 2 }, async () => {
    const { child, gone, watched } = await start(
      `setTimeout(() => process.stdout.write('x'.repeat(2_000_000)), 50); ${idle}`,
    )
    // Time for it to send, which it needs before its time is over.
    await sleep(1_000)
    watched.setDeadline(0)
    await sleep(3_000)
    expect(watched.reason).toBe(null)
    child.stdout?.resume()
    expect(await gone).toBe('SIGKILL')
    watched.end()
    expect(watched.reason).toBe('wall_time_exceeded')
  })

  test('is let go when it ends, and the next one in its row is not taken for it', { timeout: endsMs }, async () => {
    const first = await start(idle, { threads: 2 ** 20 })
    first.watched.end()
    expect(first.watched.end()).toBe(true)
    const second = await start(idle)
    first.watched.setDeadline(-100_000)
    await sleep(2_000)
    expect([first.watched.reason, second.watched.reason]).toEqual([null, null])
    expect([first.child.exitCode, second.child.signalCode]).toEqual([null, null])
    second.watched.end()
  })

  test('that has ended by itself is blamed for nothing', { timeout: endsMs }, async () => {
    const { child, gone, watched } = await start('process.stdin.resume()')
    child.stdin.end()
    expect(await gone).toBe(null)
    watched.setDeadline(-10_000)
    await sleep(200)
    expect(watched.reason).toBe(null)
    watched.end()
  })

  test('is watched by another thread when the first one dies', { timeout: endsMs * 2 }, async () => {
    const { gone, watched } = await start(idle)
    const before = threads.length
    await threads.at(-1)?.terminate()
    watched.setDeadline(0)
    expect(await gone).toBe('SIGKILL')
    expect(threads.length).toBe(before + 1)
    watched.end()
    expect(watched.reason).toBe('wall_time_exceeded')
  })
})

describe('the watch itself', () => {
  test('keeps no process alive, and works in a worker', { timeout: endsMs * 2 }, async () => {
    const file = JSON.stringify(path.join(import.meta.dirname, 'run-watch.ts'))
    const code = `import(${file}).then(({ RunWatch }) => RunWatch.start()).then(() => console.log('started'))`
    const options = '{ eval: true, trackUnmanagedFds: false }'
    const inWorker = `new (require('node:worker_threads').Worker)(${JSON.stringify(code)}, ${options})`
    for (const program of [code, inWorker]) {
      const child = spawn(process.execPath, ['-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      processes.push(child)
      let said = ''
      child.stdout.on('data', (chunk) => {
        said += String(chunk)
      })
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0)
      expect(said).toBe('started\n')
    }
  })

  test('refuses what it has no room for, and what it cannot watch', async () => {
    const own = await RunWatch.start()
    const dead = { pid: 0, pidfd: -1, ...far, sockets: [-1, -1, -1] } as const
    const held = Array.from({ length: 4096 }, () => own.watch(dead))
    expect(() => own.watch(dead)).toThrow('More runs are watched than there is room for')
    for (const it of held) it.end()
    own.watch(dead).end()
    await own.close()
    expect(() => own.watch(dead)).toThrow('Nothing watches over runs')
  })

  test('keeps its rows apart', () => {
    expect(place(1, 'state') - place(0, 'state')).toBeGreaterThanOrEqual(11)
    expect(new Set(reasons).size).toBe(reasons.length)
    expect(never(2 ** 31 - 1)).toBeLessThan(0)
  })
})
