// The limits of a run, with real sandboxes: at the limit, just under and just over.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CodeNodeInput, createSandbox, type RunningSandbox, type RunRecord, runNode } from '../src/index.ts'
import { runWorkflow } from '../src/workflow/run-workflow.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox()
})
afterAll(async () => {
  await sandbox.close()
})

const mebibyte = 2 ** 20

async function run(
  language: 'python3' | 'javascript',
  code: string,
  { inputs = {}, limits = {} }: { inputs?: Record<string, unknown>; limits?: CodeNodeInput['limits'] } = {},
): Promise<RunRecord> {
  const variables = Object.keys(inputs).map((variable) => ({ variable, value_selector: ['start', variable] }))
  const node: CodeNodeInput = {
    type: 'code',
    code_language: language,
    code,
    variables,
    outputs: { r: { type: 'number' } },
    limits,
  }
  return await runNode(node, inputs, { sandbox })
}

const ended = ({ status, error }: RunRecord) => error?.code ?? status

describe('wall time', () => {
  test.each([
    [
      'python3',
      'import time\ndef main():\n    time.sleep(0.2)\n    return {"r": 1}',
      'import time\ndef main():\n    time.sleep(30)\n    return {"r": 1}',
    ],
    [
      'javascript',
      'const main = () => new Promise((done) => setTimeout(done, 200, { r: 1 }))',
      'const main = () => new Promise((done) => setTimeout(done, 30000, { r: 1 }))',
    ],
  ] as const)(
    '%s: a run within its time passes, one past it is killed and fails by the limit’s name',
    async (language, quick, slow) => {
      expect(ended(await run(language, quick, { limits: { wallMs: 10_000 } }))).toBe('succeeded')
      const record = await run(language, slow, { limits: { wallMs: 500 } })
      expect(ended(record)).toBe('wall_time_exceeded')
      expect(record.error?.blame).toBe('limit')
      expect(record.usage.wallMs).toBeGreaterThanOrEqual(499)
    },
  )
})

describe('CPU time', () => {
  test.each([
    ['python3', 'def main():\n    while True: pass'],
    ['javascript', 'function main() { for (;;); }'],
  ] as const)('%s: an endless loop is killed at its CPU limit', async (language, code) => {
    const record = await run(language, code, { limits: { cpuMs: 1000, wallMs: 60_000 } })
    expect(ended(record)).toBe('cpu_time_exceeded')
  })
})

describe('memory, what the run itself adds', () => {
  test.each([
    [
      'python3',
      'def main():\n    return {"r": len(bytearray(100 * 2**20))}',
      'def main():\n    return {"r": len(bytearray(300 * 2**20))}',
    ],
    [
      'javascript',
      'const main = () => ({ r: Buffer.alloc(100 * 2**20, 1).length })',
      'const main = () => ({ r: Buffer.alloc(300 * 2**20, 1).length })',
    ],
  ] as const)('%s: 100 MiB pass and 300 MiB fail with a limit of 128 MiB', async (language, within, beyond) => {
    const record = await run(language, within, { limits: { memoryMb: 128 } })
    expect(ended(record)).toBe('succeeded')
    expect(record.usage.peakMemoryBytes).toBeGreaterThan(90 * mebibyte)
    expect(ended(await run(language, beyond, { limits: { memoryMb: 128 } }))).toBe('memory_exceeded')
  })

  test('javascript: a heap of objects that grows past the limit fails as memory_exceeded', async () => {
    const code = 'function main() { const all = []; for (;;) all.push({ a: all.length, b: [1, 2, 3] }) }'
    expect(ended(await run('javascript', code, { limits: { memoryMb: 128, wallMs: 60_000 } }))).toBe('memory_exceeded')
  })
})

describe('threads and open files', () => {
  const threads = (count: number) => `import threading
def main():
    go = threading.Event()
    all = [threading.Thread(target=go.wait) for _ in range(${count})]
    for one in all: one.start()
    go.set()
    return {"r": len(all)}`
  test('with a limit of 32 threads, 31 beside the first pass and 32 fail', async () => {
    expect(ended(await run('python3', threads(31), { limits: { threads: 32 } }))).toBe('succeeded')
    expect(ended(await run('python3', threads(32), { limits: { threads: 32 } }))).toBe('threads_exceeded')
  })

  const files = (count: number) => `import os
def main():
    for _ in range(${count}): os.dup(0)
    return {"r": 1}`
  test('with a limit of 20 open files, 16 beside the first four pass and 17 fail', async () => {
    expect(ended(await run('python3', files(16), { limits: { openFiles: 20 } }))).toBe('succeeded')
    expect(ended(await run('python3', files(17), { limits: { openFiles: 20 } }))).toBe('open_files_exceeded')
  })
})

describe('sizes of code and inputs', () => {
  const codeOf = (bytes: number) => 'def main():\n    return {"r": 1}\n#'.padEnd(bytes, 'x')
  test.each([
    [mebibyte - 1, 'succeeded'],
    [mebibyte, 'succeeded'],
    [mebibyte + 1, 'code_too_large'],
  ])('code of %i bytes: %s', async (bytes, expected) => {
    expect(ended(await run('python3', codeOf(bytes)))).toBe(expected)
  })

  // {"t":"…"} has eight bytes beside the text.
  test.each([
    [10 * mebibyte - 1, 'succeeded'],
    [10 * mebibyte, 'succeeded'],
    [10 * mebibyte + 1, 'inputs_too_large'],
  ])('inputs of %i bytes of JSON: %s', async (bytes, expected) => {
    const inputs = { t: 'x'.repeat(bytes - 8) }
    expect(ended(await run('python3', 'def main(t):\n    return {"r": len(t)}', { inputs }))).toBe(expected)
    expect(ended(await run('javascript', 'const main = ({ t }) => ({ r: t.length })', { inputs }))).toBe(expected)
  })
})

describe('size of the result and of the logs', () => {
  // {"r": 1, "x": "…"}: undeclared outputs count too, since they are sent. Each language writes its own spaces.
  test.each([
    ['python3', (bytes: number) => `def main():\n    return {"r": 1, "x": "x" * ${bytes}}`],
    ['javascript', (bytes: number) => `const main = () => ({ r: 1, x: 'x'.repeat(${bytes}) })`],
  ] as const)(
    '%s: a result just within 10 MiB passes, one past it fails as result_too_large',
    async (language, code) => {
      expect(ended(await run(language, code(10 * mebibyte - 100)))).toBe('succeeded')
      expect(ended(await run(language, code(10 * mebibyte)))).toBe('result_too_large')
    },
  )

  test.each([
    [
      'python3',
      'import sys\ndef main():\n    for _ in range(3): sys.stdout.write("x" * 2**20)\n    sys.stderr.write("e" * 100)\n    return {"r": 1}',
    ],
    [
      'javascript',
      'function main() { for (let i = 0; i < 3; i++) process.stdout.write("x".repeat(2 ** 20)); process.stderr.write("e".repeat(100)); return { r: 1 } }',
    ],
  ] as const)('%s: 1 MiB of each stream is kept, then cut with a mark, and the run goes on', async (language, code) => {
    const record = await run(language, code)
    const text = (stream: string) =>
      record.logs
        .filter((it) => it.stream === stream)
        .map((it) => it.text)
        .join('')
    expect(ended(record)).toBe('succeeded')
    expect(text('stdout')).toBe(`${'x'.repeat(mebibyte)}\n… cut: only the first ${mebibyte} bytes of stdout are kept\n`)
    expect(text('stderr')).toBe('e'.repeat(100))
  })
})

describe('a node can only lower what the server allows', () => {
  test('a node that asks for more gets the server’s limit and a warning', async () => {
    const record = await run('python3', 'def main():\n    return {"r": 1}', { limits: { wallMs: 3_600_000 } })
    expect(record.warnings.map(({ code }) => code)).toEqual(['limit_not_raised'])
  })

  test.each([
    ['a node', runNode, { type: 'code', code: 'def main():\n    return {"n": 1}', outputs: { n: { type: 'number' } } }],
    ['a workflow', runWorkflow, { nodes: [{ id: 'start', data: { type: 'start', title: 'Start' } }], edges: [] }],
  ] as const)('%s whose caller asks for more gets the sandbox’s limit and a warning', async (_, start, document) => {
    const record = await start(document as never, {}, { sandbox, limits: { memoryMb: 100_000 } })
    expect(record.warnings.filter(({ code }) => code === 'limit_not_raised')).toEqual([
      {
        code: 'limit_not_raised',
        path: 'options.limits.memoryMb',
        message: 'options.limits.memoryMb is 100000; the sandbox allows 512, which was used.',
      },
    ])
  })
})

test.each([32, 64, 96])('JavaScript that makes much garbage stays within %i MiB', async (memoryMb) => {
  const code = `function main() {
  const ring = new Array(1000)
  for (let i = 0; i < 2e6; i++) ring[i % 1000] = [i, { i }, String(i)]
  return { r: ring.length }
}`
  const record = await run('javascript', code, { limits: { memoryMb } })
  expect(record).toMatchObject({ status: 'succeeded', outputs: { r: 1000 } })
  expect(record.usage.peakMemoryBytes).toBeLessThanOrEqual(memoryMb * mebibyte)
})
