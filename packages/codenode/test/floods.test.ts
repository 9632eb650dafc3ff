// What one run sends must not take the service's time or memory from others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDoor } from '../../codenode-server/test/support/http-door.ts'
import type { IsolationLevel } from '../src/contract/program.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { recordText } from '../src/record/record-text.ts'
import { runNode } from '../src/run/run-node.ts'
import { levels, openSandbox, runHonestly } from './support/sandbox.ts'

const languages = ['python', 'javascript'] as const

/** Frames of one letter, stdout and stderr in turn, straight into the run channel; then a failure, so that it is tried again. */
const floods = {
  python: `
import os
def main():
    block = b"".join(bytes([1, 0, 0, 0, 2 + i % 2]) + b"x" for i in range(100_000))
    for _ in range(4):
        for at in range(0, len(block), 60_000):
            os.write(3, block[at:at + 60_000])
    raise ValueError("again")
`,
  javascript: `
const fs = require('node:fs')
function main() {
  const block = Buffer.concat(Array.from({ length: 10_000 }, (_, i) => Buffer.from([1, 0, 0, 0, 2 + (i % 2), 120])))
  for (let i = 0; i < 40; i++) for (let at = 0; at < block.length; ) at += fs.writeSync(3, block, at)
  throw new Error('again')
}
`,
} as const

/** In CPU time, which other work on the machine does not change; read at one go each of these took a second and more. */
const longTurnMs = 400

/** The longest that the thread which serves is busy at a stretch, in CPU time. */
async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let last = process.threadCpuUsage()
  const look = (): void => {
    const now = process.threadCpuUsage()
    longest = Math.max(longest, now.user + now.system - last.user - last.system)
    last = now
  }
  const timer = setInterval(look, 1)
  await work()
  look()
  clearInterval(timer)
  return longest / 1000
}

const sandboxes = new Map<IsolationLevel, RunningSandbox>()
beforeAll(async () => {
  for (const level of levels) sandboxes.set(level, await openSandbox({ isolation: level, maxRunning: 12 }))
})
afterAll(async () => {
  for (const sandbox of sandboxes.values()) await sandbox.close()
})

function sandboxAt(level: IsolationLevel): RunningSandbox {
  const sandbox = sandboxes.get(level)
  if (!sandbox) throw new Error(`there is no sandbox at ${level}`)
  return sandbox
}

function node(language: 'python' | 'javascript', code: string, retries = 0) {
  const code_language = language === 'python' ? ('python3' as const) : language
  const retry_config = { retry_enabled: retries > 0, max_retries: retries, retry_interval: 0 }
  return { type: 'code' as const, code_language, variables: [], outputs: {}, code, retry_config }
}

const places = levels.flatMap((level) => languages.map((language) => ({ level, language })))

describe.each(places)('a flood of one-letter logs from $language at $level', ({ language, level }) => {
  test('with ten retries gives an answer of at most 5 MB, takes little memory, and the next run works', async () => {
    const sandbox = sandboxAt(level)
    const before = process.memoryUsage.rss()
    let highest = before
    let events = 0
    const record = await runNode(
      node(language, floods[language], 10),
      {},
      {
        sandbox,
        onEvent: () => {
          events++
          highest = Math.max(highest, process.memoryUsage.rss())
        },
      },
    )
    expect(record).toMatchObject({ status: 'failed', error: { code: 'code_threw' } })
    expect(record.attempts).toHaveLength(11)
    expect(recordText(record).length).toBeLessThan(5e6)
    expect(events).toBeLessThan(100_000)
    expect((highest - before) / 2 ** 20).toBeLessThan(200)
    // The last try has its part, with a mark where it was cut.
    expect(record.logs.filter(({ text }) => text.includes('… cut:'))).toHaveLength(2)
    await runHonestly(sandbox, language)
  })

  test('lets others be served in between', async () => {
    const sandbox = sandboxAt(level)
    // 2.4 MB in frames of 6 bytes.
    expect(await longestTurnMs(() => runNode(node(language, floods[language]), {}, { sandbox }))).toBeLessThan(
      longTurnMs,
    )
  })
})

/** By the usual calls, in place of frames. */
const letters = {
  python:
    'import sys\ndef main():\n    for _ in range(200_000): sys.stdout.write("x"); sys.stderr.write("y")\n    return {}\n',
  javascript:
    'function main() { for (let i = 0; i < 200_000; i++) { process.stdout.write("x"); process.stderr.write("y") } return {} }',
} as const

test.each(places)(
  'letters that are printed to both streams in turn are kept up to the limit, from $language at $level',
  {
    timeout: 120_000,
  },
  async ({ language, level }) => {
    const sandbox = sandboxAt(level)
    let record: Awaited<ReturnType<typeof runNode>> | undefined
    const turnMs = await longestTurnMs(async () => {
      record = await runNode(node(language, letters[language]), {}, { sandbox })
    })
    expect(record).toMatchObject({ status: 'succeeded' })
    if (!record) throw new Error('it has ended')
    expect(record.logs.length).toBeLessThan(25_000)
    expect(recordText(record).length).toBeLessThan(5e6)
    expect(turnMs).toBeLessThan(longTurnMs)
  },
)

test('a service keeps such a run and gives it out again with little work', async () => {
  const sandbox = sandboxAt('namespaces+landlock+seccomp')
  const door = await openDoor({ sandbox })
  try {
    const body = JSON.stringify({ node: node('python', floods.python, 3) })
    const headers = { 'content-type': 'application/json' }
    let text = ''
    const runMs = await longestTurnMs(async () => {
      text = await (await fetch(`${door.url}/v1/nodes/run`, { method: 'POST', headers, body })).text()
    })
    const { id, attempts } = JSON.parse(text) as { id: string; attempts: unknown[] }
    expect(attempts).toHaveLength(4)
    expect(text.length).toBeLessThan(5e6)
    const readMs = await longestTurnMs(async () => {
      expect(await (await fetch(`${door.url}/v1/runs/${id}`)).text()).toBe(text)
    })
    expect(Math.max(runMs, readMs)).toBeLessThan(longTurnMs)
  } finally {
    await door.close()
  }
})

/** All of them have their result ready, and send it at the same moment. */
const together = (atMs: number) => `
import os, struct, time
def main():
    text = b'{"a": {' + b", ".join(b'"%d": 1' % i for i in range(800_000)) + b"}}"
    frame = memoryview(struct.pack("<IB", len(text), 4) + text)
    sent = 0
    while sent < len(frame) - 1:
        sent += os.write(3, frame[sent:len(frame) - 1])
    time.sleep(max(0, ${atMs} / 1000 - time.time()))
    os.write(3, frame[-1:])
    time.sleep(60)
`

test.each(levels)(
  'six large results at the same moment: no other run fails, and no interpreter is lost, at %s',
  {
    timeout: 180_000,
  },
  async (level) => {
    const sandbox = sandboxAt(level)
    const before = sandbox.stats().runtimes
    const code = together(Date.now() + 8_000)
    let isOver = false
    const flood = Promise.all(Array.from({ length: 6 }, () => runNode(node('python', code), {}, { sandbox })))
    const over = flood.finally(() => {
      isOver = true
    })
    const sleeping = node('python', 'import time\ndef main():\n    time.sleep(0.3)\n    return {}\n')
    const honest: string[] = []
    const worker = async () => {
      while (!isOver) {
        const { status, error } = await runNode(sleeping, {}, { sandbox, limits: { wallMs: 5_000 } })
        honest.push(error?.code ?? status)
      }
    }
    const [records] = await Promise.all([over, worker(), worker(), worker(), worker()])
    expect(records.map(({ error }) => error?.code)).toEqual(Array(6).fill('result_too_many_values'))
    expect(honest.length).toBeGreaterThan(8)
    expect(new Set(honest)).toEqual(new Set(['succeeded']))
    for (const runtime of ['python', 'javascript'] as const) {
      expect(sandbox.stats().runtimes[runtime]).toMatchObject({
        lost: 0,
        zygotePid: before[runtime]?.zygotePid,
      })
    }
    for (const language of languages) await runHonestly(sandbox, language)
  },
)

describe.each([
  ['900 000 members', '{str(i): 1 for i in range(900_000)}', 'result_too_many_values'],
  ['950 000 members of its own', '1, **{str(i): 1 for i in range(950_000)}', 'result_too_many_values'],
  ['3.3 million empty objects', '[{}] * 3_300_000', 'result_too_many_values'],
  ['half a million long numbers', '[1234567890123456789] * 500_000', 'result_too_many_values'],
  ['arrays 900 deep', '[__import__("json").loads("[" * 900 + "]" * 900)] * 250', 'output_too_deep'],
])('a result of %s', (_, value, code) => {
  test(`is refused as ${code}, and others are served in between`, async () => {
    let record: Awaited<ReturnType<typeof runNode>> | undefined
    const turnMs = await longestTurnMs(async () => {
      const sandbox = sandboxAt('namespaces+landlock+seccomp')
      record = await runNode(node('python', `def main():\n    return {"a": ${value}}`), {}, { sandbox, outputs: 'any' })
    })
    expect(record?.error).toMatchObject({ code })
    expect(turnMs).toBeLessThan(longTurnMs)
  })
})

test('outputs of a large result are the same as ever, in the record and in its text', async () => {
  const sandbox = sandboxAt('namespaces+landlock+seccomp')
  const code = 'def main():\n    return {"rows": [{"id": i, "big": 2**60 + i} for i in range(20_000)], "name": "ä"}\n'
  const record = await runNode(node('python', code), {}, { sandbox, outputs: 'any' })
  const text = recordText(record)
  const { rows, name } = record.outputs as { rows: { id: number; big: bigint }[]; name: string }
  expect([rows.length, rows[7], name]).toEqual([20_000, { id: 7, big: 2n ** 60n + 7n }, 'ä'])
  expect(text).toContain('{"id":7,"big":1152921504606846983}')
  expect({ ...record, outputs: null }).toEqual({ ...(JSON.parse(text) as object), outputs: null })
})
