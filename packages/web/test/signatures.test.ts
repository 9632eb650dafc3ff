/** What the diagnostics say about `main`, against what the real runtimes do with the same program. */
import { type CodeLanguage, languageOf } from 'codenode/contract'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../codenode/src/pool/create-sandbox.ts'
import { openSandbox, runCode } from '../../codenode/test/support/sandbox.ts'
import { diagnose } from '../src/diagnostics/diagnose.ts'
import { readProgram } from '../src/diagnostics/read-program.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await openSandbox({})
})
afterAll(async () => await sandbox?.close())

/** Returns the texts that `main` got, however it got them. */
const pythonSeen = `
def _seen(values):
    got, left = [], list(values.values())
    while left:
        value = left.pop()
        if isinstance(value, str):
            got.append(value)
        elif isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, (list, tuple)):
            left.extend(value)
    return {"got": got}
`
const scriptSeen = `
var seen = function (...values) {
  const got = []
  while (values.length > 0) {
    const value = values.pop()
    if (typeof value === 'string') got.push(value)
    else if (typeof value === 'object' && value !== null) values.push(...Object.values(value))
  }
  return { got }
}
`

type Said = { severity: string; message: string }
type Ended = { ran: boolean; failure: string; got: string[]; said: Said[] }

async function compare(language: CodeLanguage, code: string, inputs: readonly string[]): Promise<Ended> {
  const values = Object.fromEntries(inputs.map((name) => [name, `value of ${name}`]))
  const { outcome } = await runCode(sandbox, languageOf[language], code, { inputs: values })
  const outputs = { got: { type: 'array[string]' as const } }
  const said = diagnose({ code, language, inputs, outputs, packages: null })
  const ran = outcome.status === 'returned'
  const failure = outcome.status === 'failed' ? `${outcome.failure.code}: ${outcome.failure.message}` : outcome.status
  const got = ran ? (JSON.parse(outcome.resultJson) as { got?: string[] }).got : undefined
  return { ran, failure, got: got ?? [], said }
}

/** What is wrong with what was said. */
function liesIn({ ran, failure, got, said }: Ended, inputs: readonly string[]): string[] {
  const lies: string[] = []
  for (const { severity, message } of said) {
    if (ran && severity === 'error') lies.push(`an error is told, but it runs: ${message}`)
    const lost = /^Input "(.*)" has no parameter/.exec(message)?.[1]
    if (ran && lost !== undefined && got.includes(`value of ${lost}`)) lies.push(`main gets it: ${message}`)
    const unknown = /^Parameter "(.*)" is not an input/.exec(message)?.[1]
    if (unknown !== undefined && inputs.includes(unknown)) lies.push(`it is an input: ${message}`)
  }
  if (failure.startsWith('syntax_error') && said.every(({ severity }) => severity !== 'error')) lies.push(failure)
  return lies
}

/** Programs with the inputs a and b. `knows`: the mistake that a run would show is told before. */
const python: [code: string, knows?: 'knows'][] = [
  ['def main(a, b): return _seen(locals())'],
  ['def main(a, b=1): return _seen(locals())'],
  ['def main(a, /, b): return _seen(locals())'],
  ['def main(a, b, /): return _seen(locals())'],
  ['def main(a, *, b): return _seen(locals())'],
  ['def main(*, b, a): return _seen(locals())'],
  ['def main(a, b, *, c=3): return _seen(locals())'],
  ['def main(*args, a, b): return _seen(locals())'],
  ['def main(**kwargs): return _seen(locals())'],
  ['def main(a, **kwargs): return _seen(locals())'],
  ['def main(a, /, **kwargs): return _seen(locals())'],
  ['def main(*args, **kwargs): return _seen(locals())'],
  ['def main(*args): return _seen(locals())', 'knows'],
  ['def main(a): return _seen(locals())', 'knows'],
  ['def main(a, b, c): return _seen(locals())', 'knows'],
  ['def main(a, b, *, c): return _seen(locals())', 'knows'],
  ['def main(a, b, c, /): return _seen(locals())', 'knows'],
  ['def main(): return {"got": []}', 'knows'],
  ['async def main(a: str, b: "list[int]" = (1, 2)): return _seen(locals())'],
  [
    'from typing import Callable\ndef main(a: dict[str, int], b: Callable[[int, str], None] = lambda x, y: x) -> dict[str, list]: return _seen(locals())',
  ],
  ['main = lambda a, b: _seen(locals())'],
  ['main = lambda **inputs: _seen(locals())'],
  ['main = lambda *, a, b=2: _seen(locals())'],
  ['main = lambda a, /, b: _seen(locals())'],
  ['main = lambda a: _seen(locals())', 'knows'],
  ['main: object = lambda a, b: _seen(locals())'],
  ['main = other = lambda a, b: _seen(locals())'],
  ['from functools import partial\ndef work(a, b, c): return _seen(locals())\nmain = partial(work, c=1)'],
  ['def work(a, b): return _seen(locals())\nmain = work'],
  [
    'import functools\ndef deco(f):\n    @functools.wraps(f)\n    def inner(**kwargs): return f(kwargs)\n    return inner\n@deco\ndef main(inputs): return _seen(locals())',
  ],
  ['@staticmethod\ndef main(a, b): return _seen(locals())'],
  ['if True:\n    def main(a, b): return _seen(locals())\nelse:\n    def main(c): return {}'],
  [
    'try:\n    import nothing_like_it\n    def main(c): return {}\nexcept ImportError:\n    def main(a, b): return _seen(locals())',
  ],
  ['def main(c): return {}\ndef main(a, b): return _seen(locals())'],
  ['def main(c): return {}\nmain = lambda a, b: _seen(locals())'],
  ['def outer():\n    def main(c): return {}\n    return main\ndef main(a, b): return _seen(locals())'],
  ['class Main:\n    def __call__(self, a, b): return _seen({"a": a, "b": b})\nmain = Main()'],
  [
    'class Main:\n    def main(self, c): pass\n    @classmethod\n    def run(cls, a, b): return _seen({"a": a, "b": b})\nmain = Main.run',
  ],
  ['class main(dict):\n    def __init__(self, a, b): super().__init__(_seen({"a": a, "b": b}))'],
  ['for main in [lambda a, b: _seen(locals())]: pass'],
  ['globals()["main"] = lambda a, b: _seen(locals())'],
  ['exec("def main(a, b): return _seen(locals())")'],
  ['(main := lambda a, b: _seen(locals()))'],
  ['main, other = (lambda a, b: _seen(locals())), 1'],
  ['from contextlib import nullcontext\nwith nullcontext():\n    def main(a, b): return _seen(locals())'],
  ['while True:\n    def main(a, b): return _seen(locals())\n    break'],
  ['def make():\n    global main\n    def main(a, b): return _seen(locals())\nmake()'],
  ['import types\nmain = types.FunctionType((lambda a, b: _seen(locals())).__code__, globals())'],
  ['def main(\n    a,  # one, (two\n    b=")",\n): return _seen(locals())'],
  ['def main(a, b, c={"x": (1, [2, 3])}, d=(lambda q, r=1: q)): return _seen(locals())'],
  ['def main(a, b): return _seen(locals())\nmain.note = 1'],
  ['def main(a, b): return _seen(locals())\nold = main\ndef main(**inputs): return old(**inputs)'],
  ['def main(a, b):\n    def main(c): return c\n    return _seen({"a": a, "b": b, "m": main(1)})'],
  ['def main(a, b) -> {"got": list}: return _seen(locals())'],
  ['match 1:\n    case 1:\n        def main(a, b): return _seen(locals())'],
  ['def main(a, b=None, *rest, c=1, **more): return _seen(locals())'],
  ['def main (a , b) : return _seen(locals())'],
  ['def main(a, b): return _seen(locals());'],
  ['from __future__ import annotations\ndef main(a: Nothing, b: Other[int]) -> None | dict: return _seen(locals())'],
  ['del_me = 1\ndef main(a, b): return _seen(locals())\ndel del_me'],
]

const script: [language: CodeLanguage, code: string][] = [
  ['javascript', 'function main({ a, b }) { return seen(a, b) }'],
  ['javascript', 'function main({ a, b } = {}) { return seen(a, b) }'],
  ['javascript', 'function main({ a } = {}) { return seen(a) }'],
  ['javascript', 'const main = ({ a } = {}) => seen(a)'],
  ['javascript', 'const main = async ({ a, b } = {}) => seen(a, b)'],
  ['javascript', 'const main = ({ a: x, b: y = 1 }) => seen(x, y)'],
  ['javascript', 'const main = ({ a: { length }, b: [first] }) => seen(length, first)'],
  ['javascript', 'const main = ({ a, ...rest }) => seen(a, rest)'],
  ['javascript', 'const main = ({ ...all }) => seen(all)'],
  ['javascript', "const main = ({ 'a': x, [`b`]: y }) => seen(x, y)"],
  ['javascript', "const key = 'a'; const main = ({ [key]: x }) => seen(x)"],
  ['javascript', 'const main = (...all) => seen(all)'],
  ['javascript', 'const main = (a, ...rest) => seen(a, rest)'],
  ['javascript', 'const main = ([x]) => seen(x)'],
  ['javascript', 'const main = a => seen(a)'],
  ['javascript', 'const main = async inputs => seen(inputs)'],
  ['javascript', 'const main = (inputs = {}) => seen(inputs)'],
  ['javascript', 'const main = (x, b) => seen(x, b)'],
  ['javascript', 'const main = (b, a) => seen(a, b)'],
  ['javascript', 'const main = (a = 1, b = { c: [2] }) => seen(a, b)'],
  ['javascript', 'const main = (a, { b }) => seen(a)'],
  ['javascript', 'const main = ({ a }, b) => seen(a, b)'],
  ['javascript', 'const main = ({ a }, more = {}) => seen(a, more)'],
  ['javascript', 'function main() { return seen(arguments[0]) }'],
  ['javascript', 'function main(x) { const { a, b } = x; return seen(a, b) }'],
  ['javascript', 'function main(x) { const y = x; return seen(y.a, y.b) }'],
  ['javascript', 'function main(x, y) { return seen(x.a, y) }'],
  ['javascript', 'function main(x, y) { return seen(Object.values(x)) }'],
  ['javascript', 'async function main(inputs) { return seen(inputs["a"]) }'],
  ['javascript', 'exports.main = ({ a, b }) => seen(a, b)'],
  ['javascript', 'module.exports = { main: ({ a }) => seen(a) }'],
  ['javascript', 'module.exports = { main({ a }) { return seen(a) } }'],
  ['javascript', 'module.exports = function ({ a }) { return seen(a) }'],
  ['javascript', 'export default ({ a }) => seen(a)'],
  ['javascript', 'export default function ({ a, b } = {}) { return seen(a, b) }'],
  ['javascript', 'export default { main: ({ a }) => seen(a) }'],
  ['javascript', 'export const main = ({ a }) => seen(a)'],
  ['javascript', 'export async function main({ a }) { return seen(a) }'],
  ['javascript', 'const work = ({ a }) => seen(a); export { work as main }'],
  ['javascript', 'const work = ({ a }) => seen(a); const main = work'],
  ['javascript', 'let main; main = ({ a }) => seen(a)'],
  ['javascript', 'var main = null; if (true) main = ({ a, b }) => seen(a, b); else main = () => ({})'],
  ['javascript', 'const { main } = { main: ({ a }) => seen(a) }'],
  ['javascript', 'const main = (() => ({ a, b }) => seen(a, b))()'],
  ['javascript', 'const main = function work({ a }) { return seen(a) }'],
  ['javascript', 'const main = (({ a }) => seen(a)).bind(null)'],
  ['javascript', 'const main = require("node:util").promisify(({ a }, done) => done(null, seen(a)))'],
  ['javascript', 'globalThis.main = ({ a }) => seen(a)'],
  ['javascript', 'eval("var main = ({ a }) => seen(a)")'],
  ['javascript', 'function main({ a }) { return seen(a) } function main({ b }) { return seen(b) }'],
  ['javascript', 'function main(a /* , c */, b // )\n) { return seen(a, b) }'],
  ['javascript', 'function main({ a = "})", b = /[)}]/ }) { return seen(a, b) }'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the program's
  ['javascript', 'function main({ a, b = `${"}"}` }) { return seen(a, b) }'],
  ['javascript', 'function* main({ a }) { return seen(a) }'],
  ['javascript', 'class Main { static main({ a }) { return seen(a) } }\nconst main = Main.main'],
  ['javascript', 'async function main({ a }) { return await new Promise((done) => done(seen(a))) }'],
  ['javascript', 'const main = ({ a, }) => seen(a,)'],
  ['javascript', 'const main = async({a})=>seen(a)'],
  ['javascript', 'var main = ({ a }) => { return seen(a) }\nfunction other(main) {}'],
  ['javascript', 'const x = await Promise.resolve(1)\nconst main = ({ a }) => seen(a, x)'],
  ['javascript', 'main = ({ a }) => seen(a)'],
  ['javascript', 'function main({ a: { x } = {} } = {}) { return seen(a0) }\nvar a0 = "none"'],
  ['typescript', 'function main({ a, b }: { a: string; b: string }): { got: string[] } { return seen(a, b) }'],
  ['typescript', 'function main({ a }: { a?: string } = {}) { return seen(a) }'],
  [
    'typescript',
    'const main = async ({ a }: Inputs): Promise<Outputs> => seen(a)\ntype Inputs = { a: string }\ntype Outputs = any',
  ],
  ['typescript', 'const main: (inputs: any) => any = ({ a, b }) => seen(a, b)'],
  ['typescript', 'const main = <T,>({ a }: { a: T }) => seen(a)'],
  ['typescript', 'function main<T extends object = {}>(inputs: T) { return seen(inputs) }'],
  [
    'typescript',
    'function main(a: string, b?: string, c: (x: number, y: string) => void = () => {}) { return seen(a, b) }',
  ],
  ['typescript', 'function main(this: void, a: string, b: string) { return seen(a, b) }'],
  ['typescript', 'function main(a: string): any\nfunction main(a: any, b?: any): any { return seen(a, b) }'],
  ['typescript', 'const main = (({ a }: any) => seen(a)) as (x: any) => any'],
  ['typescript', 'const main = (({ a }) => seen(a)) satisfies (x: any) => any'],
  ['typescript', 'export default (({ a, b }: Record<string, string>) => seen(a, b)) as unknown'],
  ['typescript', 'const main = ({ a: x, b: y = "" }: { a: string, b?: string }) => seen(x, y)'],
  ['typescript', 'const main = ({ a, ...rest }: Record<string, any>) => seen(a, rest)'],
  ['typescript', 'const main = (...all: unknown[]) => seen(...all as any)'],
  ['typescript', 'declare function main(x: number): void\nmodule.exports = ({ a }: any) => seen(a)'],
  ['typescript', 'const main = ({ a }: { a: Map<string, Array<() => void>> }) => seen(a)'],
  ['typescript', 'abstract class X { abstract main(): void }\nconst main = ({ a }: any) => seen(a!)'],
]

const inputs = ['a', 'b']

describe('what is said about main is true', () => {
  test.each(python)('Python: %s', async (code, knows) => {
    const ended = await compare(
      'python3',
      code.startsWith('from __future__') ? code.replace('\n', `\n${pythonSeen}`) : pythonSeen + code,
      inputs,
    )
    expect(liesIn(ended, inputs)).toEqual([])
    if (knows) expect([ended.ran, ended.said.some(({ severity }) => severity === 'error')]).toEqual([false, true])
    else expect(ended.failure).toBe('returned')
  })
  test.each(script)('%s: %s', async (language, code) => {
    const ended = await compare(language, scriptSeen + code, inputs)
    expect(liesIn(ended, inputs)).toEqual([])
  })
})

const some = ['a', 'b', 'c', 'd', 'e']
const pick = fc.constantFrom

/** Parameters of Python, in the order in which it wants them. */
const pythonParameters = fc
  .record({
    names: fc.shuffledSubarray(some, { maxLength: 4 }),
    cuts: fc.tuple(fc.nat(4), fc.nat(4)),
    defaults: fc.array(pick('', '', '=1', '="),("', '=(1, [2])', '={"k": ("v",)}', '=lambda q, r=1: q'), {
      minLength: 5,
      maxLength: 5,
    }),
    hints: fc.array(pick('', ': str', ': "x, y"', ': dict[str, int]'), { minLength: 5, maxLength: 5 }),
    star: pick('', '*', '*args'),
    keywords: fc.boolean(),
  })
  .map(({ names, cuts, defaults, hints, star, keywords }) => (withHints: boolean): string => {
    const [first, second] = cuts.toSorted((a, b) => a - b) as [number, number]
    const written = names.map((name, index) => ({
      name: name + (withHints ? (hints[index] ?? '') : ''),
      value: defaults[index] ?? '',
    }))
    const positional = written.slice(0, second)
    // Behind one with a default all have one.
    const from = positional.findIndex(({ value }) => value !== '')
    const list = positional.map(({ name, value }, index) => name + (value || (from !== -1 && index > from ? '=0' : '')))
    if (first > 0 && list.length > 0) list.splice(Math.min(first, list.length), 0, '/')
    const only = written.slice(second).map(({ name, value }) => name + value)
    if (only.length > 0 || star === '*args')
      list.push(star === '' ? '*' : star === '*' && only.length === 0 ? '*args' : star)
    list.push(...only)
    if (keywords) list.push('**rest')
    return list.join(', ')
  })

type Shape = (parameters: (withHints: boolean) => string) => string
const pythonShapes: Shape[] = [
  (list) => `def main(${list(true)}): return _seen(locals())`,
  (list) => `async def main(${list(true)}) -> dict[str, list]:\n    return _seen(locals())`,
  (list) => `main = lambda ${list(false)}: _seen(locals())`,
  (list) => `if True:\n    def main(${list(true)}):\n        return _seen(locals())`,
  (list) => `  def main(\n    ${list(true).replaceAll(', ', ',  # )\n    ')}\n  ): return _seen(locals())`,
]

/** One parameter of JavaScript, and the names that it gives. */
type Part = { text: string; names: string[] }
const propertyOf = (name: string): fc.Arbitrary<Part> =>
  pick<Part>(
    { text: name, names: [name] },
    { text: `${name} = "})"`, names: [name] },
    { text: `${name}: my_${name}`, names: [`my_${name}`] },
    { text: `'${name}': my_${name} = [1, { }]`, names: [`my_${name}`] },
  )
const partOf = (names: string[]): fc.Arbitrary<Part> => {
  const [name = 'z'] = names
  const plain = pick<Part>({ text: name, names: [name] }, { text: `${name} = f(")", {})`, names: [name] })
  const pattern = fc
    .tuple(fc.tuple(...names.map(propertyOf)), pick('', `, ...rest_${name}`), pick('', ' = {}'))
    .map(([properties, rest, after]): Part => {
      const text = `{ ${properties.map((it) => it.text).join(', ')}${rest} }${after}`
      return { text, names: [...properties.flatMap((it) => it.names), ...(rest === '' ? [] : [`rest_${name}`])] }
    })
  return fc.oneof(plain, pattern, pattern)
}
const scriptParameters = fc
  .shuffledSubarray(some, { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.nat(names.length).map((cut) => [names.slice(0, cut), names.slice(cut)].filter((it) => it.length > 0)),
  )
  .chain((groups) => fc.tuple(fc.tuple(...groups.map(partOf)), pick('', '...others')))
  .map(([parts, last]) => ({
    list: [...parts.map(({ text }) => text), ...(last ? [last] : [])],
    names: [...parts.flatMap(({ names }) => names), ...(last ? ['others'] : [])],
  }))
const scriptShapes: ((list: string[], names: string) => string)[] = [
  (list, names) => `function main(${list.join(', ')}) { return seen(${names}) }`,
  (list, names) =>
    `async function main (${list.join(' ,')}${list.at(-1)?.startsWith('...') ? '' : ','}) { return seen(${names}) }`,
  (list, names) => `const main = (${list.join(', ')}) => seen(${names})`,
  (list, names) => `let main = async (${list.join(',')}) => { return seen(${names}) }`,
  (list, names) => `var main = function work(${list.join(', // )\n')}) { return seen(${names}) }`,
]

const runs = { numRuns: 150, interruptAfterTimeLimit: 40_000 }
const given = fc.subarray(some, { maxLength: 3 })

describe('what is said about any parameters is true, and nothing is left out', () => {
  test('Python', async () => {
    const shape = fc.nat(pythonShapes.length - 1)
    await fc.assert(
      fc.asyncProperty(pythonParameters, shape, given, async (parameters, at, names) => {
        const program = (pythonShapes[at] as Shape)(parameters)
        const helper = at === 4 ? pythonSeen.replaceAll(/^(?=.)/gm, '  ') : pythonSeen
        const ended = await compare('python3', `${helper}\n${program}`, names)
        expect({ program, lies: liesIn(ended, names) }).toEqual({ program, lies: [] })
        // What the parser does not know is passed over in silence.
        const isTold = ended.said.some(({ severity }) => severity === 'error') || !isUnderstood(program)
        expect({ program, is: ended.ran || isTold }).toEqual({ program, is: true })
      }),
      runs,
    )
  }, 120_000)

  test('JavaScript and TypeScript', async () => {
    const shape = fc.nat(scriptShapes.length - 1)
    await fc.assert(
      fc.asyncProperty(scriptParameters, shape, given, fc.boolean(), async ({ list, names }, at, wanted, isTyped) => {
        const parameters = isTyped ? list.map(withType) : list
        const shaped = (scriptShapes[at] as (typeof scriptShapes)[number])(parameters, names.join(', '))
        const code = `${scriptSeen}function f() {}\n${shaped}`
        const ended = await compare(isTyped ? 'typescript' : 'javascript', code, wanted)
        expect({ shaped, lies: liesIn(ended, wanted) }).toEqual({ shaped, lies: [] })
        if (!ended.ran) return
        const missed = wanted.filter((name) => !ended.got.includes(`value of ${name}`))
        const told = ended.said.flatMap(({ message }) => /^Input "(.*)" has no parameter/.exec(message)?.[1] ?? [])
        expect({ shaped, names: told.toSorted() }).toEqual({ shaped, names: missed.toSorted() })
      }),
      runs,
    )
  }, 120_000)
})

const isUnderstood = (program: string): boolean => readProgram(program, 'python3').isUnderstood

/** With a type behind the name or the braces. */
function withType(text: string): string {
  if (text.startsWith('...')) return `${text}: any[]`
  const end = text.startsWith('{')
    ? text.lastIndexOf('}', text.endsWith(' = {}') ? text.length - 3 : undefined) + 1
    : /^\w+/.exec(text)?.[0].length
  return `${text.slice(0, end)}: Record<string, { x: (y: number, z?: string) => void }[]>${text.slice(end)}`
}
