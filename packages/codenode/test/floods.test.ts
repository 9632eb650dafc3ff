// What one run sends must not take the service's time or memory from others.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordText } from '../src/contract/record-text.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { runNode } from '../src/run-node.ts'
import { openSandbox, runHonestly } from './support/sandbox.ts'

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

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await openSandbox({})
})
afterAll(() => sandbox.close())

function node(language: 'python' | 'javascript', code: string, retries = 0) {
  const code_language = language === 'python' ? ('python3' as const) : language
  const retry_config = { retry_enabled: retries > 0, max_retries: retries, retry_interval: 0 }
  return { type: 'code' as const, code_language, variables: [], outputs: {}, code, retry_config }
}

describe.each(languages)('a flood of one-letter logs from %s', (language) => {
  test('with ten retries gives an answer of at most 5 MB, takes little memory, and the next run works', async () => {
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
    // 2.4 MB in frames of 6 bytes.
    expect(await longestTurnMs(() => runNode(node(language, floods[language]), {}, { sandbox }))).toBeLessThan(
      longTurnMs,
    )
  })
})

describe.each([
  ['900 000 members', '{str(i): 1 for i in range(900_000)}', 'result_too_many_values'],
  ['3.3 million empty objects', '[{}] * 3_300_000', 'result_too_many_values'],
  ['half a million long numbers', '[1234567890123456789] * 500_000', 'result_too_many_values'],
  ['arrays 900 deep', '[__import__("json").loads("[" * 900 + "]" * 900)] * 250', 'output_too_deep'],
])('a result of %s', (_, value, code) => {
  test(`is refused as ${code}, and others are served in between`, async () => {
    let record: Awaited<ReturnType<typeof runNode>> | undefined
    const turnMs = await longestTurnMs(async () => {
      record = await runNode(node('python', `def main():\n    return {"a": ${value}}`), {}, { sandbox, outputs: 'any' })
    })
    expect(record?.error).toMatchObject({ code })
    expect(turnMs).toBeLessThan(longTurnMs)
  })
})

test('outputs of a large result are the same as ever, in the record and in its text', async () => {
  const code = 'def main():\n    return {"rows": [{"id": i, "big": 2**60 + i} for i in range(20_000)], "name": "ä"}\n'
  const record = await runNode(node('python', code), {}, { sandbox, outputs: 'any' })
  const text = recordText(record)
  const { rows, name } = record.outputs as { rows: { id: number; big: bigint }[]; name: string }
  expect([rows.length, rows[7], name]).toEqual([20_000, { id: 7, big: 2n ** 60n + 7n }, 'ä'])
  expect(text).toContain('{"id":7,"big":1152921504606846983}')
  expect({ ...record, outputs: null }).toEqual({ ...(JSON.parse(text) as object), outputs: null })
})
