import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { runNode } from '../../src/run/run-node.ts'
import { openSandbox, runHonestly } from '../support/sandbox.ts'

/**
 * What a program puts into the result frame by hand, as an expression of both languages' `repeat`, and the failure of the
 * record; null if it is a result like any other.
 */
const forgeries: { name: string; python: string; javascript: string; code: string | null }[] = [
  { name: 'no JSON', ...same('{{{'), code: 'result_malformed' },
  { name: 'nothing', ...same(''), code: 'result_malformed' },
  { name: 'JSON and more', ...same('{"a": "x"} {}'), code: 'result_malformed' },
  { name: 'an array', ...same('["a"]'), code: 'result_not_object' },
  { name: 'a text', ...same('"a"'), code: 'result_not_object' },
  { name: 'null', ...same('null'), code: 'result_not_object' },
  { name: 'NaN', ...same('{"a": NaN}'), code: 'result_malformed' },
  { name: 'a NUL', ...same('{"a": "x\\u0000"}'), code: null },
  { name: 'half a surrogate', ...same('{"a": "\\ud800"}'), code: null },
  {
    name: 'a prototype',
    ...same('{"__proto__": {"a": "x"}, "constructor": {"prototype": {"polluted": true}}}'),
    code: 'output_missing',
  },
  { name: 'one key twice', ...same('{"a": 5, "a": "x"}'), code: null },
  { name: 'the wrong type', ...same('{"a": {"toString": "x"}}'), code: 'output_wrong_type' },
  { name: 'a number without end', ...repeated('{"a": "x", "b": ', '9', 1_000_000, '}'), code: null },
  { name: 'two million brackets', ...repeated('{"a": ', '[', 2_000_000, ''), code: 'output_too_deep' },
  { name: 'four million spaces', ...repeated('', ' ', 4_000_000, '{"a": "x"}'), code: null },
]

function same(text: string) {
  return { python: pythonText(text), javascript: JSON.stringify(text) }
}

function repeated(before: string, middle: string, times: number, after: string) {
  return {
    python: `${pythonText(before)} + ${pythonText(middle)} * ${times} + ${pythonText(after)}`,
    javascript: `${JSON.stringify(before)} + ${JSON.stringify(middle)}.repeat(${times}) + ${JSON.stringify(after)}`,
  }
}

/** JSON's escapes are Python's too. */
function pythonText(text: string): string {
  return JSON.stringify(text)
}

const programs = {
  python3: (text: string) =>
    `import os, struct\ndef main():\n    text = (${text}).encode("utf-8", "surrogatepass")\n    view = memoryview(struct.pack("<IB", len(text), 4) + text)\n    while view:\n        view = view[os.write(3, view):]\n    os._exit(0)\n`,
  javascript: (text: string) =>
    `const fs = require('node:fs')\nfunction main() {\n  const text = Buffer.from(${text})\n  const header = Buffer.alloc(5)\n  header.writeUInt32LE(text.length)\n  header[4] = 4\n  const frame = Buffer.concat([header, text])\n  for (let done = 0; done < frame.length; ) done += fs.writeSync(3, frame, done)\n}\n`,
} as const

describe('a result written by hand', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ packages: 'installed' })
  })
  afterAll(async () => await sandbox.close())

  describe.each(['python3', 'javascript'] as const)('in %s', (language) => {
    test.each(forgeries)('that is $name is checked like any other', async (forgery) => {
      const node = {
        type: 'code' as const,
        code_language: language,
        code: programs[language](language === 'python3' ? forgery.python : forgery.javascript),
        outputs: { a: { type: 'string' as const } },
      }
      const record = await runNode(node, {}, { sandbox })
      expect(record.error?.code ?? null, record.error?.message).toBe(forgery.code)
      expect(record.status).toBe(forgery.code ? 'failed' : 'succeeded')
      expect(Object.keys(record.outputs ?? { a: 1 })).toEqual(['a'])
      expect('polluted' in {}).toBe(false)
      await runHonestly(sandbox, language === 'python3' ? 'python' : 'javascript')
    })
  })
})
