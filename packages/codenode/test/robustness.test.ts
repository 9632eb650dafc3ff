// What must hold when things go wrong, and after many runs: nothing hangs, nothing is left.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { RunningSandbox, SandboxOptions } from '../src/pool/create-sandbox.ts'
import { findDataDir } from '../src/sandbox/find-paths.ts'
import { childPids } from '../src/sandbox/probe/read-outside.ts'
import { countDescriptors, heldBytes, residentKb } from './support/footprint.ts'
import {
  buildProgram,
  descendants,
  describeOutcome,
  endOf,
  eventually,
  nothingIsLeft,
  openSandbox,
  runCode,
  runHonestly,
} from './support/sandbox.ts'

const languages = ['python', 'javascript'] as const
const sleeping = {
  python: 'import time\ndef main():\n    time.sleep(60)\n    return {}',
  javascript: 'const main = () => new Promise((done) => setTimeout(done, 60000, {}))',
} as const
const telling = {
  python: `print("begun", flush=True)\n${sleeping.python}`,
  javascript: `console.log("begun")\n${sleeping.javascript}`,
} as const
const endless = { python: 'def main():\n    while True: pass', javascript: 'function main() { for (;;); }' } as const

const open: RunningSandbox[] = []
async function start(options: SandboxOptions = {}): Promise<RunningSandbox> {
  const sandbox = await openSandbox(options)
  open.push(sandbox)
  return sandbox
}
afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close()
})

const codeOf = async (run: Promise<unknown>): Promise<string> =>
  await run.then(
    () => 'no error',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )

describe('the threads of a run', () => {
  test('none can get the number that V8 still takes for that of the main thread', async () => {
    const sandbox = await start({ runtimes: ['javascript'], spares: 2 })
    await eventually('both children wait for work', () => sandbox.stats().runtimes.javascript?.spares === 2)
    await nothingIsLeft(sandbox)
    const zygotePid = sandbox.stats().runtimes.javascript?.zygotePid as number // it has started
    const remembered = numberInside(`/proc/${zygotePid}`)
    for (const pid of childPids(zygotePid)) {
      const tasks = readdirSync(`/proc/${pid}/task`)
      expect(tasks.map((task) => numberInside(`/proc/${pid}/task/${task}`))).toEqual([1, remembered])
    }
  })
})

/** The number that a process or thread has in the innermost pid namespace. */
function numberInside(folder: string): number {
  return Number(/^NSpid:.*\s(\d+)$/m.exec(readFileSync(`${folder}/status`, 'utf8'))?.[1])
}

describe('a zygote that is killed', () => {
  test.each(languages)(
    '%s: its runs fail as platform failures at once, those of the other language do not, and the next run works',
    async (language) => {
      const other = language === 'python' ? 'javascript' : 'python'
      const sandbox = await start()
      // A run that has no process yet would get one of the next zygote: each says that it has begun.
      let begun = 0
      const cases = Array.from({ length: 3 }, () =>
        codeOf(sandbox.run(buildProgram(language, telling[language]), { onLog: () => begun++ })),
      )
      const controller = new AbortController()
      const neighbour = sandbox.run(
        {
          language: other,
          mode: 'main',
          code: sleeping[other],
          inputsJson: '{}',
          inputNames: [],
          limits: {
            wallMs: 60_000,
            cpuMs: 60_000,
            memoryBytes: 2 ** 28,
            tmpBytes: 0,
            threads: 64,
            openFiles: 64,
            resultBytes: 1000,
            logBytes: 1000,
          },
        },
        { signal: controller.signal },
      )
      await eventually('four runs are running', () => sandbox.stats().running === 4 && begun === 3)
      const pid = sandbox.stats().runtimes[language]?.zygotePid
      expect(pid).toBeGreaterThan(1)
      process.kill(pid as number, 'SIGKILL')
      expect(await Promise.all(cases)).toEqual(['sandbox_lost', 'sandbox_lost', 'sandbox_lost'])
      // At once: before the interpreter is there again.
      expect([null, pid]).toContain(sandbox.stats().runtimes[language]?.zygotePid)
      await runHonestly(sandbox, language)
      controller.abort()
      expect(endOf(await neighbour)).toBe('cancelled')
      expect(sandbox.stats().runtimes[language]?.lost).toBe(1)
    },
  )
})

describe('a sandbox that cannot be had', () => {
  test('bubblewrap that is missing refuses the start by name', async () => {
    const refused = openSandbox({ bubblewrap: '/nonexistent/bwrap' })
    await expect(refused).rejects.toMatchObject({
      code: 'sandbox_unavailable',
      details: { missing: 'bubblewrap (/nonexistent/bwrap)' },
    })
  })

  test('a bubblewrap that fails refuses the start with what it said', async () => {
    await expect(openSandbox({ bubblewrap: '/bin/false' })).rejects.toMatchObject({ code: 'sandbox_unavailable' })
    expect(descendants()).toEqual([])
  })
})

describe('a run that is cancelled', () => {
  test.each(languages)(
    '%s: before it starts, while it waits in line, while it computes, while it sleeps: it ends and leaves nothing',
    async (language) => {
      const sandbox = await start({ maxRunning: 1, runtimes: [language] })
      const limits = {
        wallMs: 120_000,
        cpuMs: 120_000,
        memoryBytes: 2 ** 28,
        tmpBytes: 0,
        threads: 64,
        openFiles: 64,
        resultBytes: 1000,
        logBytes: 1000,
      }
      const begin = (code: string, signal: AbortSignal) =>
        sandbox.run(
          {
            language,
            mode: 'main',
            code,
            inputsJson: '{}',
            inputNames: [],
            limits,
          },
          { signal },
        )

      expect(endOf(await begin(sleeping[language], AbortSignal.abort()))).toBe('cancelled')
      for (const code of [sleeping[language], endless[language]]) {
        const [running, waiting] = [new AbortController(), new AbortController()]
        const first = begin(code, running.signal)
        const second = begin(code, waiting.signal)
        await eventually('one runs and one waits', () => sandbox.stats().running === 1 && sandbox.stats().waiting === 1)
        waiting.abort()
        expect(endOf(await second)).toBe('cancelled')
        await new Promise((resolve) => setTimeout(resolve, 100))
        running.abort()
        expect(endOf(await first)).toBe('cancelled')
      }
      await nothingIsLeft(sandbox)
      await runHonestly(sandbox, language)
    },
  )
})

describe('a full pool', () => {
  test('the run past the line is refused at once as pool_full, and the others are not touched', async () => {
    const sandbox = await start({ maxRunning: 1, maxWaiting: 1, runtimes: ['python'] })
    const code = 'import time\ndef main():\n    time.sleep(1)\n    return {}'
    const accepted = [runCode(sandbox, 'python', code), runCode(sandbox, 'python', code)]
    await eventually('one runs and one waits', () => sandbox.stats().waiting === 1)
    expect(await codeOf(runCode(sandbox, 'python', code))).toBe('pool_full')
    expect((await Promise.all(accepted)).map(endOf)).toEqual(['returned', 'returned'])
  })
})

describe('closing', () => {
  test('what runs and what waits fails as sandbox_closed, and no process, descriptor or file is left', async () => {
    const sandbox = await start({ maxRunning: 2 })
    const runs = languages.flatMap((language) =>
      [1, 2].map(() => codeOf(runCode(sandbox, language, sleeping[language]))),
    )
    await eventually('two run and two wait', () => sandbox.stats().running === 2 && sandbox.stats().waiting === 2)
    await sandbox.close()
    expect(new Set(await Promise.all(runs))).toEqual(new Set(['sandbox_closed']))
    expect(await codeOf(runCode(sandbox, 'python', 'def main():\n    return {}'))).toBe('sandbox_closed')
    await sandbox.close()
    expect(descendants()).toEqual([])
  })

  test('ten sandboxes, opened and closed one after the other, leave nothing', async () => {
    await (await openSandbox({ runtimes: ['javascript'] })).close()
    const before = footprint()
    for (let index = 0; index < 10; index++) {
      const sandbox = await openSandbox({ runtimes: ['javascript'] })
      await runHonestly(sandbox, 'javascript')
      await sandbox.close()
    }
    // Node closes some descriptors a moment after it says so: neither `before` nor now is the last word.
    const isNothingLeft = () => {
      const { processes, descriptors, files } = footprint()
      return processes === before.processes && files === before.files && descriptors <= before.descriptors
    }
    await eventually('nothing is left', isNothingLeft)
  })
})

/** What is there when nothing runs must be the same each time. */
const spares = 8

describe('many runs in a row', () => {
  const isLong = process.env.CODENODE_LONG === '1'
  const [runs, timeouts] = isLong ? [10_000, 1_000] : [1_000, 100]

  test(
    `${runs} runs and ${timeouts} timeouts leave no process, no descriptor, no file and no growth of memory`,
    async () => {
      const sandbox = await start({ spares })
      const some = async (count: number, job: (index: number) => Promise<void>) => {
        let next = 0
        const worker = async () => {
          while (next < count) await job(next++)
        }
        await Promise.all(Array.from({ length: 4 }, worker))
      }
      const languageOf = (index: number) => languages[index % 2] as (typeof languages)[number]
      const honest = (index: number) => runHonestly(sandbox, languageOf(index))
      const timeout = async (index: number) => {
        const language = languageOf(index)
        const code = index % 4 < 2 ? sleeping[language] : endless[language]
        const run = await runCode(sandbox, language, code, { limits: { wallMs: 50 } })
        // Not `expect`, which keeps what it is given.
        if (endOf(run) !== 'wall_time_exceeded') throw new Error(describeOutcome(run))
      }

      await some(1000, honest)
      await some(100, timeout)
      await settle(sandbox)
      const before = { ...footprint(), memory: await heldBytes(), zygotes: zygoteKb(sandbox) }
      await some(runs, honest)
      await some(timeouts, timeout)
      await settle(sandbox)
      const after = { ...footprint(), memory: await heldBytes(), zygotes: zygoteKb(sandbox) }
      console.log(`before ${JSON.stringify(before)}, after ${JSON.stringify(after)}`)
      expect({ ...after, memory: 0, zygotes: 0 }).toEqual({ ...before, memory: 0, zygotes: 0 })
      expect(after.memory, 'what this process holds').toBeLessThan(before.memory * 1.1)
      expect(after.zygotes, 'the zygotes').toBeLessThan(before.zygotes * 1.1)
    },
    isLong ? 1_800_000 : 600_000,
  )
})

/** Until every child is a spare. */
async function settle(sandbox: RunningSandbox): Promise<void> {
  await nothingIsLeft(sandbox)
  await eventually('the spares are there', () =>
    Object.values(sandbox.stats().runtimes).every(({ spares: ready }) => ready === spares),
  )
}

/** What a service must not pile up: processes below it, descriptors, files of the socket's folder. */
function footprint(): { processes: number; descriptors: number; files: number } {
  const run = path.join(findDataDir(), 'run')
  const own = existsSync(run) ? readdirSync(run).filter((name) => name.startsWith(`${process.pid}-`)) : []
  return { processes: descendants().length, descriptors: countDescriptors(), files: own.length }
}

function zygoteKb(sandbox: RunningSandbox): number {
  return Object.values(sandbox.stats().runtimes).reduce(
    (sum, { zygotePid }) => sum + residentKb(zygotePid ?? 'self'),
    0,
  )
}
