import { strictEqual } from 'node:assert'
import { noImports, type Workload } from './workload.ts'

/** The program times its own work, so that interpreters can be compared whatever starts them. */
export const fib: Workload = {
  name: 'fib(27)',
  summary: 'a recursive function; the program also times itself',
  code: {
    python: [
      'import time',
      'def fib(n):',
      '    return n if n < 2 else fib(n - 1) + fib(n - 2)',
      'def main(n: int) -> dict:',
      '    began = time.perf_counter()',
      '    value = fib(n)',
      '    return {"value": value, "inner_ms": (time.perf_counter() - began) * 1000}',
      '',
    ].join('\n'),
    javascript: [
      'function fib(n) {',
      '  return n < 2 ? n : fib(n - 1) + fib(n - 2)',
      '}',
      'function main({ n }) {',
      "  const clock = typeof performance === 'undefined' ? Date : performance",
      '  const began = clock.now()',
      '  const value = fib(n)',
      '  return { value, inner_ms: clock.now() - began }',
      '}',
      '',
    ].join('\n'),
  },
  inputs: { n: 27 },
  outputs: { value: { type: 'number' }, inner_ms: { type: 'number' } },
  imports: noImports,
  check: ({ value }) => strictEqual(value, 196_418),
  stablePart: (resultJson) => resultJson.slice(0, resultJson.indexOf('inner_ms')),
  saturates: false,
}
