import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultLimits } from '../src/contract/limits.ts'
import { runNode } from '../src/index.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { describeOutcome, endOf, openSandbox, resultOf, runCode } from './support/sandbox.ts'

const mebibyte = 2 ** 20
const withTmp = { limits: { tmpBytes: 8 * mebibyte } }

/** Writes a file, waits until it is told, and says what it sees. */
const python = `import os, time
def main(name, ends):
    open(f"/tmp/{name}", "w").write(name)
    while time.time() < ends:
        time.sleep(0.02)
    return {"seen": os.listdir("/tmp")}`
const javascript = `const fs = require('node:fs')
async function main({ name, ends }) {
  fs.writeFileSync('/tmp/' + name, name)
  while (Date.now() / 1000 < ends) await new Promise((resolve) => setTimeout(resolve, 20))
  return { seen: fs.readdirSync('/tmp') }
}`

describe('a private /tmp', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ maxRunning: 6 })
  })
  afterAll(async () => await sandbox.close())

  test('runs at the same time see their own files only, and nothing is left for the next', async () => {
    const ends = Date.now() / 1000 + 3
    const runs = ['a', 'b', 'c', 'd'].map(async (name, index) => {
      const [language, code] = index % 2 ? (['javascript', javascript] as const) : (['python', python] as const)
      return resultOf(await runCode(sandbox, language, code, { ...withTmp, inputs: { name, ends } }))
    })
    expect(await Promise.all(runs)).toEqual([{ seen: ['a'] }, { seen: ['b'] }, { seen: ['c'] }, { seen: ['d'] }])
    const next = { ...withTmp, inputs: { name: 'e', ends: 0 } }
    expect(resultOf(await runCode(sandbox, 'python', python, next))).toEqual({ seen: ['e'] })
    expect(resultOf(await runCode(sandbox, 'javascript', javascript, next))).toEqual({ seen: ['e'] })
  })

  test('a run that does not ask has none', async () => {
    const run = { inputs: { name: 'a', ends: 0 } }
    expect(endOf(await runCode(sandbox, 'python', python, run))).toBe('operation_blocked')
    expect(endOf(await runCode(sandbox, 'javascript', javascript, run))).toBe('operation_blocked')
  })

  test('a refused write says how to get one, a refused read does not, and a full one is told', async () => {
    const setting = 'Only a private /tmp can be written to: a node gets one, in memory, by `limits: {tmpMb: 16}`.'
    const full = 'The private /tmp is full: keep less in it, or raise `limits.tmpMb` of the node.'
    const fill = {
      python: 'def main():\n    with open("/tmp/a", "wb") as file:\n        while True: file.write(bytes(1 << 20))',
      javascript: "function main() { require('node:fs').writeFileSync('/tmp/a', Buffer.alloc(9 << 20)) }",
    }
    const noFiles = 'A run has no files of its own: pass the contents in as an input.'
    for (const [language, code, hint] of [
      ['python', 'def main():\n    open("data.csv", "w")', setting],
      ['python', 'import tempfile\ndef main():\n    tempfile.mkdtemp()', setting],
      ['python', 'import os\ndef main():\n    os.makedirs("/data/x")', setting],
      ['python', 'def main():\n    open("/etc/passwd").read()', noFiles],
      ['python', 'import os\ndef main():\n    os.listdir("/")', undefined],
      ['javascript', "function main() { require('node:fs').writeFileSync('/data.csv', '') }", setting],
      ['javascript', "function main() { require('node:fs').mkdirSync('/data') }", setting],
      ['javascript', "function main() { require('node:fs').readFileSync('/etc/passwd') }", undefined],
      ['javascript', "function main() { require('node:fs').readdirSync('/') }", undefined],
    ] as const) {
      const { outcome } = await runCode(sandbox, language, code)
      expect(outcome, code).toMatchObject({ status: 'failed', failure: { code: 'operation_blocked' } })
      if (outcome.status === 'failed') expect(outcome.failure.hint ?? undefined, code).toBe(hint)
    }
    for (const [language, code] of [
      ['python', 'def main():\n    open("/tmp/none")'],
      ['javascript', "function main() { require('node:fs').readFileSync('/tmp/none') }"],
    ] as const) {
      const { outcome } = await runCode(sandbox, language, code, withTmp)
      expect(outcome, code).toMatchObject({ status: 'failed', failure: { code: 'code_threw' } })
      if (outcome.status === 'failed') expect(outcome.failure.hint ?? undefined, code).toBeUndefined()
    }
    for (const language of ['python', 'javascript'] as const) {
      const { outcome } = await runCode(sandbox, language, fill[language], withTmp)
      expect(outcome).toMatchObject({ status: 'failed', failure: { code: 'code_threw', hint: full } })
    }
  })

  test('its size is taken from the memory of the run', async () => {
    const code = `def main(mb):
    with open("/tmp/a", "wb") as file:
        for _ in range(48): file.write(bytes(1 << 20))
    kept = bytearray(mb << 20)
    kept[::4096] = b"x" * len(kept[::4096])
    return {"kept": len(kept)}`
    const node = (memoryMb: number) => ({
      type: 'code' as const,
      title: 'Files',
      code_language: 'python3' as const,
      code,
      variables: [{ variable: 'mb', value_selector: ['start', 'mb'] }],
      outputs: { kept: { type: 'number' as const } },
      limits: { memoryMb, tmpMb: 64 },
    })
    const fits = await runNode(node(192), { mb: 64 }, { sandbox })
    expect([fits.status, fits.outputs]).toEqual(['succeeded', { kept: 64 * mebibyte }])
    const tooMuch = await runNode(node(192), { mb: 200 }, { sandbox })
    expect(tooMuch.error?.code).toBe('memory_exceeded')
  })

  test('a node that asks for more than is allowed gets what is allowed, and is told', async () => {
    const code =
      'import os\ndef main():\n    st = os.statvfs("/tmp")\n    return {"mb": st.f_blocks * st.f_frsize >> 20}'
    const node = (limits: object) => ({
      ...{ type: 'code' as const, title: 'Size', code_language: 'python3' as const, code, variables: [] },
      ...{ outputs: { mb: { type: 'number' as const } }, limits },
    })
    const large = await runNode(node({ tmpMb: 5000 }), {}, { sandbox })
    expect([large.outputs, large.warnings.map(({ path }) => path)]).toEqual([{ mb: 64 }, ['limits.tmpMb']])
    const small = await runNode(node({ tmpMb: 60, memoryMb: 48 }), {}, { sandbox })
    expect([small.outputs, small.warnings.map(({ path }) => path)]).toEqual([{ mb: 32 }, ['limits.tmpMb']])
  })
})

test('where the operator allows none, none is given', async () => {
  await using sandbox = await openSandbox({ limits: { ...defaultLimits, tmpMb: 0 }, runtimes: ['python'] })
  const node = {
    ...{ type: 'code' as const, title: 'None', code_language: 'python3' as const, variables: [] },
    ...{ code: 'def main():\n    open("/tmp/a", "w")\n    return {}', outputs: {}, limits: { tmpMb: 8 } },
  }
  const record = await runNode(node, {}, { sandbox })
  expect([record.error?.code, record.warnings.map(({ code }) => code)]).toEqual([
    'operation_blocked',
    ['limit_not_raised'],
  ])
})

test('without namespaces it is refused before anything runs', async () => {
  await using sandbox = await openSandbox({ isolation: 'landlock+seccomp' })
  for (const language of ['python', 'javascript'] as const) {
    const code = language === 'python' ? python : javascript
    await expect(runCode(sandbox, language, code, { ...withTmp, inputs: { name: 'a', ends: 0 } })).rejects.toThrow(
      /asks for a private \/tmp \(limits\.tmpMb\), which the isolation level landlock\+seccomp/,
    )
  }
  const plain = await runCode(sandbox, 'python', 'def main():\n    return {"a": 1}')
  expect(endOf(plain), describeOutcome(plain)).toBe('returned')
})
