import { deepStrictEqual, strictEqual } from 'node:assert'
import { noImports, type Workload } from './workload.ts'

const lines = 10_000
const printed = Array.from({ length: lines }, (_, index) => `line ${index} of a chatty program\n`).join('')

export const logs: Workload = {
  name: 'logs',
  summary: `prints ${lines} lines, one call each; all of them arrive`,
  code: {
    python: [
      'def main(lines: int) -> dict:',
      '    for index in range(lines):',
      '        print(f"line {index} of a chatty program")',
      '    return {"lines": lines}',
      '',
    ].join('\n'),
    javascript: [
      'function main({ lines }) {',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a program's text
      '  for (let index = 0; index < lines; index++) console.log(`line ${index} of a chatty program`)',
      '  return { lines }',
      '}',
      '',
    ].join('\n'),
  },
  inputs: { lines },
  outputs: { lines: { type: 'number' } },
  imports: noImports,
  check: (outputs, text) => {
    deepStrictEqual(outputs, { lines })
    strictEqual(text, printed)
  },
  saturates: false,
}
