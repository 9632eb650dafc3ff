// A sandbox whose work is done in threads of its own behaves as one that works in the thread that calls.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import type { LogEntry } from '../src/contract/program.ts'
import { findPlaces } from '../src/places/find-places.ts'
import { createSandbox } from '../src/pool/create-sandbox.ts'
import { HostedSandbox } from '../src/pool/hosts/hosted-sandbox.ts'
import { parseSandboxOptions } from '../src/pool/options/sandbox-options.ts'
import {
  buildProgram,
  descendants,
  endOf,
  eventually,
  levels,
  resultOf,
  runCode,
  runHonestly,
  withReadablePython,
} from './support/sandbox.ts'

const languages = ['python', 'javascript'] as const
const endless = {
  python: 'def main():\n    print("on", flush=True)\n    while True:\n        pass\n',
  javascript: 'function main() {\n  console.log("on")\n  for (;;);\n}\n',
} as const

/** Folders of sockets of this process. */
function socketFolders(): string[] {
  const folder = path.join(findPlaces().dataDir, 'run')
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith(`${process.pid}-`)) : []
}

describe.each(levels)('a sandbox in a thread of its own at %s', (level) => {
  test('runs both languages, tells of logs in order, keeps limits, cancels, and leaves nothing', async () => {
    await withReadablePython(level, async () => {
      const sandbox = await createSandbox({ isolation: level, hosts: 1, packages: 'none' })
      expect(sandbox.isolation.layers).toMatchObject({ seccomp: 'filter' })
      for (const language of languages) {
        await runHonestly(sandbox, language)
        const told: LogEntry[] = []
        const printing = buildProgram(
          language,
          language === 'python'
            ? 'import sys\ndef main():\n    for i in range(50):\n        print(i, file=sys.stderr if i % 2 else sys.stdout)\n    return {}\n'
            : 'function main() { for (let i = 0; i < 50; i++) (i % 2 ? console.error : console.log)(i); return {} }',
        )
        const printed = await sandbox.run(printing, { onLog: (entry) => told.push(entry) })
        expect(told).toEqual(printed.logs)
        expect(told.map(({ text }) => text.trim()).join(' ')).toBe([...Array(50).keys()].join(' '))

        const spent = await runCode(sandbox, language, endless[language], { limits: { wallMs: 300 } })
        expect(endOf(spent)).toBe('wall_time_exceeded')

        const cancel = new AbortController()
        const running = sandbox.run(buildProgram(language, endless[language]), {
          signal: cancel.signal,
          onLog: () => cancel.abort(),
        })
        expect((await running).outcome.status).toBe('cancelled')
      }
      const long = await runCode(sandbox, 'python', 'def main():\n    return {"text": "ä" * 300_000}\n')
      expect(resultOf<{ text: string }>(long).text).toBe('ä'.repeat(300_000))
      await sandbox.close()
      await expect(sandbox.run(buildProgram('python', ''))).rejects.toMatchObject({ code: 'sandbox_closed' })
      await eventually('every process has ended', () => descendants().length === 0)
      expect(socketFolders()).toEqual([])
    })
  })

  test('a host that ends under load takes its runs along, others go on, the next one serves, and nothing is left', async () => {
    await withReadablePython(level, async () => {
      const given = { isolation: level, maxRunning: 8, runtimes: ['python'], hosts: 2 } as const
      const { onWarning: _, ...settings } = parseSandboxOptions(given)
      const sandbox = new HostedSandbox(settings)
      await sandbox.open()
      const before = sandbox.hosts
      const heard = Promise.withResolvers<void>()
      let on = 0
      const runs = Array.from({ length: 4 }, () => {
        const program = buildProgram('python', endless.python, { limits: { wallMs: 2000 } })
        return sandbox.run(program, { onLog: () => (++on === 4 ? heard.resolve() : undefined) }).then(endOf, codeOf)
      })
      await heard.promise
      before[0]?.kill('It was stopped by a test.')
      const ends = await Promise.all(runs)
      expect(ends.toSorted()).toEqual(['sandbox_lost', 'sandbox_lost', 'wall_time_exceeded', 'wall_time_exceeded'])
      await Promise.all(Array.from({ length: 8 }, () => runHonestly(sandbox, 'python')))
      const ready = () => sandbox.hosts.filter(({ state }) => state === 'ready').length
      await eventually('another host is ready', () => ready() === 2)
      expect(sandbox.hosts).not.toContain(before[0])
      await Promise.all(Array.from({ length: 8 }, () => runHonestly(sandbox, 'python')))
      expect(sandbox.stats().runtimes.python?.lost).toBeGreaterThan(0)
      await sandbox.close()
      await eventually('every process has ended', () => descendants().length === 0)
      expect(socketFolders()).toEqual([])
    })
  })
})

test('more runs than places wait in one line for all hosts, and one too many is refused', async () => {
  await using sandbox = await createSandbox({
    hosts: 2,
    packages: 'none',
    runtimes: ['python'],
    maxRunning: 2,
    maxWaiting: 3,
  })
  const program = buildProgram('python', 'import time\ndef main():\n    time.sleep(0.2)\n    return {}\n')
  const runs = Array.from({ length: 6 }, () => sandbox.run(program).then(endOf, codeOf))
  expect(sandbox.stats()).toMatchObject({ running: 2, waiting: 3 })
  expect((await Promise.all(runs)).toSorted()).toEqual(['pool_full', ...Array<string>(5).fill('returned')])
})

test('a zygote that is killed in a host is replaced there', async () => {
  await using sandbox = await createSandbox({ hosts: 1, packages: 'none', runtimes: ['python'] })
  const python = () => sandbox.stats().runtimes.python
  await eventually('the host has told of its zygote', () => typeof python()?.zygotePid === 'number')
  process.kill(python()?.zygotePid ?? Number.NaN, 'SIGKILL')
  await eventually('the host has told of its loss', () => python()?.lost === 1)
  await runHonestly(sandbox, 'python')
})

test('a host that cannot start says why, and leaves nothing', async () => {
  const children = descendants().length
  const starting = createSandbox({ hosts: 2, bubblewrap: path.join(import.meta.dirname, 'nowhere/bwrap') })
  await expect(starting).rejects.toMatchObject({
    code: 'sandbox_unavailable',
  })
  await eventually('nothing that it began is left', () => descendants().length === children)
  expect(socketFolders()).toEqual([])
})

function codeOf(error: unknown): string {
  return (error as { code: string }).code
}
