import type { RecordError } from 'codenode/contract'
import { expect, test } from 'vitest'
import { lineOf, lineTextOf } from './line-of.ts'

const failed = (line: unknown, traceback: string | null): RecordError => ({
  code: 'code_threw',
  blame: 'code',
  type: 'CodeExecutionError',
  message: '',
  details: { line },
  traceback,
  hint: null,
})

test.each([
  [
    'Python',
    2,
    'Traceback (most recent call last):\n  File "main.py", line 5, in main\n    f()\n  File "main.py", line 2, in f\n    return {}["x"]\n           ~~^^^^^\nKeyError: \'x\'\n',
    'return {}["x"]',
  ],
  [
    'Python that does not compile',
    1,
    '  File "main.py", line 1\n    def main(\n            ^\nSyntaxError: no',
    'def main(',
  ],
  [
    'JavaScript',
    2,
    "main.js:2\n  throw new Error('no')\n        ^\n\nError: no\n    at main (main.js:2:9)",
    "throw new Error('no')",
  ],
  ['TypeScript', 3, 'main.ts:3\n\n^\n\nError: no', null],
  ['no traceback', 3, null, null],
])('%s tells what stood in the line that failed', (_, line, traceback, text) => {
  expect([lineOf(failed(line, traceback)), lineTextOf(failed(line, traceback))]).toEqual([line, text])
})

test.each([0, '3', null, undefined])('%s is no line', (line) => {
  expect([lineOf(failed(line, '')), lineTextOf(failed(line, ''))]).toEqual([null, null])
})
