import type { CodeLanguage } from 'codenode/contract'
import { describe, expect, test } from 'vitest'
import { diagnose } from './diagnose.ts'
import { syncSignature } from './sync-signature.ts'

const inputs = [
  { name: 'a', type: 'string' },
  { name: 'b', type: 'array[number]' },
]

describe('the parameters are made those of the inputs a and b', () => {
  const cases: [CodeLanguage, string, string][] = [
    ['python3', 'def main():\n  pass', 'def main(a: str, b: list[float]):\n  pass'],
    ['python3', 'def main(x, a=f("(1, 2)")):\n  pass', 'def main(b: list[float], a=f("(1, 2)")):\n  pass'],
    [
      'python3',
      'async def main(\n  b: Dict[str, (int)],\n  a,\n) -> dict: pass',
      'async def main(a, b: Dict[str, (int)]) -> dict: pass',
    ],
    ['python3', 'def main(a, b, **rest): pass # main(x)', 'def main(a, b, **rest): pass # main(x)'],
    ['python3', '  def main(c):\n    pass', '  def main(a: str, b: list[float]):\n    pass'],
    ['python3', 'def other(): pass', 'def other(): pass'],
    ['javascript', 'function main() {}', 'function main({ a, b }) {}'],
    ['javascript', 'function main({ c, a = f("(})") }) {}', 'function main({ a = f("(})"), b }) {}'],
    ['javascript', 'const main = async ({a,b}) => 1', 'const main = async ({a,b}) => 1'],
    ['javascript', 'function main({ a: x, c, ...rest } = {}) {}', 'function main({ a: x, b, ...rest } = {}) {}'],
    ['javascript', 'const main = ({ a, c } = {}) => 1', 'const main = ({ a, b } = {}) => 1'],
    [
      'javascript',
      'const main = ({ c } = { c: ({ d } = {}) => d }) => 1',
      'const main = ({ a, b } = { c: ({ d } = {}) => d }) => 1',
    ],
    ['javascript', 'const main = (a, c) => 1', 'const main = (a, b) => 1'],
    ['javascript', 'const main = a => 1', 'const main = (a, b) => 1'],
    ['javascript', 'const main = inputs => inputs.c', 'const main = inputs => inputs.c'],
    ['javascript', 'function main(x) { const { c } = x }', 'function main(x) { const { c } = x }'],
    ['typescript', 'function main() {}', 'function main({ a, b }: { a: string; b: number[] }) {}'],
    [
      'typescript',
      'function main({ c }: { c: () => void }): R {}',
      'function main({ a, b }: { a: string; b: number[] }): R {}',
    ],
    [
      'typescript',
      'const main = ({ a = 1 }: { a?: Map<string, X>, c: Y } = {}) => 1',
      'const main = ({ a = 1, b }: { a?: Map<string, X>; b: number[] } = {}) => 1',
    ],
    ['typescript', 'function main({ c }: Inputs) {}', 'function main({ a, b }: Inputs) {}'],
    ['typescript', 'function main(a: A, c?: number) {}', 'function main(a: A, b: number[]) {}'],
  ]
  test.each(cases)('%s %j', (language, code, expected) => expect(syncSignature(code, language, inputs)).toBe(expected))

  test.each(cases)('and then nothing is said about them, nor changed again: %s %j', (language, code) => {
    const synced = syncSignature(code, language, inputs)
    expect(syncSignature(synced, language, inputs)).toBe(synced)
    const names = inputs.map(({ name }) => name)
    const said = diagnose({ code: synced, language, inputs: names, outputs: {}, packages: null })
    expect(said.filter(({ message }) => /parameter/.test(message))).toEqual([])
  })
})
