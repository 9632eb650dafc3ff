import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLossless } from '../src/json/json.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { checkProgram, javascript, type Program, runProgram, typescript } from './support/node-program.ts'
import { openSandbox } from './support/sandbox.ts'

const row = parseLossless('{"row": {"id": 1234567890123456789, "rows": [{"id": 9007199254740993}]}}') as Record<
  string,
  unknown
>
const text = { outputs: { r: 'string' } } as const
const number = { outputs: { r: 'number' } } as const
const list = { outputs: { r: 'array[number]' } } as const
const written = '{"id":1234567890123456789,"rows":[{"id":9007199254740993}]}'

/** JavaScript and TypeScript that people wrote and that failed, each with its neighbours. */
const reported: Record<string, Program[]> = {
  'a long id that is only passed on': [
    javascript('function main({ row }) {\n  return { text: JSON.stringify(row) }\n}', {
      inputs: row,
      outputs: { text: 'string' },
      returns: { text: written },
    }),
    javascript('const main = (row) => ({ r: JSON.stringify(JSON.parse(JSON.stringify({ id: String(row.id) }))) })', {
      inputs: row,
      ...text,
      returns: { r: '{"id":"1234567890123456789"}' },
    }),
    javascript('const main = ({ row }) => ({ r: row })', {
      inputs: row,
      outputs: { r: 'object' },
      returns: { r: { id: 1234567890123456789n, rows: [{ id: 9007199254740993n }] } },
    }),
    javascript(
      'BigInt.prototype.toJSON = function () { return this.toString() }\nconst main = ({ row }) => ({ r: row.id })',
      {
        inputs: row,
        ...number,
        returns: { r: 1234567890123456789n },
      },
    ),
    javascript(
      'BigInt.prototype.toJSON = function () { return JSON.rawJSON(this.toString()) }\nconst main = ({ row }) => ({ r: { id: row.id } })',
      {
        inputs: row,
        outputs: { r: 'object' },
        returns: { r: { id: 1234567890123456789n } },
      },
    ),
    javascript('const main = ({ row }) => ({ r: row.id + 1 })', {
      inputs: row,
      ...number,
      fails: { code: 'code_threw', tells: ['Cannot mix BigInt', '`row`', 'Number(x)'] },
    }),
    javascript('const main = ({ row }) => ({ r: row.id / 1e6 })', {
      inputs: row,
      ...number,
      settings: { bigIntegers: 'number' },
      returns: { r: 1234567890123.4568 },
    }),
    typescript('function main({ row }: { row: { id: number } }) { return { r: JSON.stringify(row) } }', {
      inputs: row,
      ...text,
      returns: { r: written },
    }),
  ],
  'a replacer that turns a BigInt into something else': [
    javascript(
      "const main = ({ row }) => ({ r: JSON.stringify(row, (k, v) => typeof v === 'bigint' ? v.toString() : v) })",
      { inputs: row, ...text, returns: { r: '{"id":"1234567890123456789","rows":[{"id":"9007199254740993"}]}' } },
    ),
    javascript(
      "const main = ({ row }) => ({ r: JSON.stringify({ id: row.id }, (k, v) => typeof v === 'bigint' ? Number(v) : v) })",
      { inputs: row, ...text, returns: { r: '{"id":1234567890123456800}' } },
    ),
    javascript(
      "const sorted = (k, v) => v && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort()) : v\nconst main = ({ row }) => ({ r: JSON.stringify({ z: 1, id: row.id }, sorted) })",
      { inputs: row, ...text, returns: { r: '{"id":1234567890123456789,"z":1}' } },
    ),
    javascript('const main = ({ row }) => ({ r: JSON.stringify({ z: row.id, a: 1 }, ["z"], 1) })', {
      inputs: row,
      ...text,
      returns: { r: '{\n "z": 1234567890123456789\n}' },
    }),
    javascript('const main = ({ row }) => ({ r: JSON.stringify(row, (k, v) => v) })', {
      inputs: row,
      ...text,
      returns: { r: written },
    }),
  ],
  'a rejection that is caught later, in an ES module': [
    javascript(
      "import _ from 'lodash'\nasync function inner() { throw new Error('inner') }\nasync function outer() { return inner() }\nexport async function main() { return { r: await outer().catch((e) => e.message) } }",
      { ...text, returns: { r: 'inner' } },
    ),
    javascript(
      "import 'lodash'\nexport async function main() {\n  const p = Promise.reject(new Error('x'))\n  await null\n  try { await p } catch (e) { return { r: e.message } }\n}",
      { ...text, returns: { r: 'x' } },
    ),
    javascript(
      "import 'lodash'\nconst fail = async () => { throw new Error('x') }\nexport async function main() {\n  const first = fail()\n  await Promise.resolve()\n  return { r: (await Promise.allSettled([first]))[0].reason.message }\n}",
      { ...text, returns: { r: 'x' } },
    ),
    typescript(
      "export async function main() {\n  try { await import('left-pad') } catch { return { r: 'none' } }\n  return { r: 'there' }\n}",
      { ...text, returns: { r: 'none' } },
    ),
    javascript(
      "import 'lodash'\nexport const main = async () => ({ r: String(await import('left-pad').catch(() => null)) })",
      { ...text, returns: { r: 'null' } },
    ),
    javascript(
      "import 'lodash'\nexport async function main() { Promise.reject(new Error('lost')); await new Promise((resolve) => setTimeout(resolve, 1000)); return {} }",
      {
        fails: { code: 'code_threw', tells: ['lost'] },
      },
    ),
  ],
  'a date that is none': [
    javascript("const main = () => ({ r: { at: new Date('nope'), list: [new Date(NaN)] } })", {
      outputs: { r: 'object' },
      returns: { r: { at: null, list: [null] } },
      warns: ['number_not_finite'],
    }),
    javascript("const main = () => ({ r: new Date('') })", {
      ...text,
      returns: { r: null },
      warns: ['number_not_finite'],
    }),
  ],
  'names of a CommonJS package': [
    javascript("import { unqi } from 'lodash'\nexport const main = () => ({ r: unqi([1]) })", {
      fails: { code: 'syntax_error', tells: ["'unqi'", 'Did you mean `uniq`?'] },
    }),
    typescript("import { unqi } from 'lodash'\nexport const main = () => ({ r: unqi([1]) })", {
      fails: { code: 'syntax_error', tells: ["'unqi'", 'Did you mean `uniq`?'] },
    }),

    typescript("import { uniq } from 'lodash'\n\nexport function main() {\n  return { r: uniq([1, 1, 2]) }\n}", {
      ...list,
      returns: { r: [1, 2] },
    }),
    javascript(
      "import { sortBy as sort, default as _ } from 'lodash'\nexport const main = () => ({ r: sort(_.uniq([2, 1])) })",
      { ...list, returns: { r: [1, 2] } },
    ),
    typescript(
      "import * as Papa from 'papaparse'\nexport const main = () => ({ r: Papa.parse<string[]>('1,2').data[0].map(Number) })",
      { ...list, returns: { r: [1, 2] } },
    ),
    javascript(
      "import * as Handlebars from 'handlebars'\nexport const main = () => ({ r: Handlebars.compile('a {{b}}')({ b: 1 }) })",
      { ...text, returns: { r: 'a 1' } },
    ),
    javascript(
      "async function main() {\n  const { AES, enc } = await import('crypto-js')\n  return { r: AES.decrypt(AES.encrypt('x', 'k').toString(), 'k').toString(enc.Utf8) }\n}",
      { ...text, returns: { r: 'x' } },
    ),
    javascript("import { nothing } from 'lodash'\nexport const main = () => ({})", {
      fails: { code: 'syntax_error', tells: ["'lodash' does not provide an export named 'nothing'"] },
    }),
  ],
  'subpaths without extension': [
    typescript(
      "import dayjs from 'dayjs'\nimport utc from 'dayjs/plugin/utc'\n\ndayjs.extend(utc)\n\nexport function main() {\n  return { r: dayjs.utc('2024-02-03').format() }\n}",
      { ...text, returns: { r: '2024-02-03T00:00:00Z' } },
    ),
    javascript("import map from 'lodash/map'\nexport const main = () => ({ r: map([1], (n) => n * 2) })", {
      ...list,
      returns: { r: [2] },
    }),
    javascript(
      "async function main() {\n  const { default: fp } = await import('lodash/fp')\n  return { r: fp.map((n) => n * 2, [1]) }\n}",
      { ...list, returns: { r: [2] } },
    ),
    javascript(
      "const utc = require('dayjs/plugin/utc')\nimport dayjs from 'dayjs'\ndayjs.extend(utc)\nexport const main = () => ({ r: dayjs.utc(0).year() })",
      { ...number, returns: { r: 1970 } },
    ),
    javascript("import x from 'dayjs/plugin/nothing'\nexport const main = () => ({})", {
      fails: { code: 'module_not_found', tells: ["'dayjs/plugin/nothing'", 'it has no such file'] },
    }),
  ],
  'types among the names of an import': [
    typescript(
      "import { DateTime, DurationLike } from 'luxon'\n\nexport function main() {\n  const step: DurationLike = { days: 1 }\n  return { r: DateTime.fromISO('2024-01-01', { zone: 'utc' }).plus(step).toISODate() }\n}",
      { ...text, returns: { r: '2024-01-02' } },
    ),
    typescript(
      "import moment, { Moment } from 'moment'\nexport const main = () => { const at: Moment = moment.utc(0); return { r: at.year() } }",
      { ...number, returns: { r: 1970 } },
    ),
    typescript("import { Request } from 'express'\nexport const main = (): { r: number } => ({ r: 1 })", {
      ...number,
      returns: { r: 1 },
    }),
    typescript(
      "import axios, { AxiosResponse } from 'axios'\nlet answer: AxiosResponse | undefined\nexport const main = () => ({ r: [typeof axios.get, typeof answer].join() })",
      { ...text, returns: { r: 'function,undefined' } },
    ),
    typescript(
      'interface Row { id: number }\nconst row: Row = { id: 3 }\nexport { Row }\nexport const main = () => ({ r: row.id })',
      { ...number, returns: { r: 3 } },
    ),
  ],
  'a return at top level, as other systems have it': [
    javascript('const items = [1, 2]\nreturn { count: items.length }', {
      fails: { code: 'main_missing', tells: ['function main('] },
    }),
    javascript('return [{ json: { a: 1 } }]', { fails: { code: 'main_missing', tells: ['function main('] } }),
    javascript('msg.payload = 1\nreturn msg', { fails: { code: 'code_threw', tells: ['Node-RED', 'function main('] } }),
    javascript('exports.handler = async () => ({ r: 1 })', {
      fails: { code: 'main_missing', tells: ['Rename `handler` to `main`'] },
    }),
    javascript('for (const item of $input.all()) {}', {
      fails: { code: 'code_threw', tells: ['n8n', 'function main('] },
    }),
  ],
  decorators: [
    typescript(
      "function upper(method: any, _context: ClassMethodDecoratorContext) {\n  return function (this: any, ...args: any[]) { return method.apply(this, args).toUpperCase() }\n}\n\nclass Greeter {\n  @upper\n  hello() { return 'hello' }\n}\n\nexport const main = () => ({ r: new Greeter().hello() })",
      { ...text, returns: { r: 'HELLO' } },
    ),
    typescript(
      "function tag(name: string) {\n  return <T extends new (...args: any[]) => object>(type: T, _: ClassDecoratorContext) => class extends type { name = name }\n}\n@tag('x')\nclass A {}\nexport const main = () => ({ r: (new A() as any).name })",
      { ...text, returns: { r: 'x' } },
    ),
    typescript(
      'const start = (n: number) => (_: undefined, __: ClassFieldDecoratorContext) => (value: number) => value + n\nclass A { @start(2) count = 1; accessor size = 4 }\nfunction main() { const a = new A(); return { r: a.count + a.size } }',
      { ...number, returns: { r: 7 } },
    ),
    typescript(
      "class A { static #made = 0; static make(this: void) { return ++A.#made } }\nenum B { X = 'x' }\nfunction main() { A.make(); return { r: A.make() + B.X.length } }",
      { ...number, returns: { r: 3 } },
    ),
    javascript('function same(f) { return f }\nclass A { @same go() {} }\nfunction main() {}', {
      fails: { code: 'syntax_error', tells: ['TypeScript'] },
    }),
  ],
}

describe('code that people wrote', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ packages: 'installed', runtimes: ['javascript'] })
  })
  afterAll(async () => await sandbox.close())

  test.for(Object.entries(reported))('%s', async ([, programs]) => {
    for (const program of programs) checkProgram(program, await runProgram(sandbox, program))
  })

  test('a caught error that is logged and returned shows the lines of the program alone', async () => {
    const code =
      "function main() {\n  try {\n    JSON.parse('{bad')\n  } catch (e) {\n    console.error(e)\n    return { error: e.stack }\n  }\n}"
    const record = await runProgram(sandbox, javascript(code, { outputs: { error: 'string' } }))
    expect(record.outputs?.error).toMatch(
      /^SyntaxError: Expected property name[^\n]*\n {4}at JSON\.parse \(<anonymous>\)\n {4}at main \(main\.js:3:10\)$/,
    )
    expect(record.logs.map((it) => it.text).join('')).toBe(`${String(record.outputs?.error)}\n`)
    for (const shown of [
      'import _ from "lodash"\nexport const main = () => { try { _.forEach([1], () => { throw new Error("x") }) } catch (e) { return { error: e.stack } } }',
      'async function main() { await null; try { await Promise.reject(new Error("x")) } catch (e) { return { error: e.stack } } }',
      'function main() { return new Promise((resolve) => setTimeout(() => resolve({ error: new Error("x").stack }), 0)) }',
      'const main = () => ({ error: require("util").inspect(new Error("x", { cause: new TypeError("y") })) })',
    ]) {
      const { outputs } = await runProgram(sandbox, javascript(shown, { outputs: { error: 'string' } }))
      expect(outputs?.error, shown).toContain('main.js:')
      expect(outputs?.error, shown).not.toMatch(/codenode\/|node:internal|harness|zygote/)
    }
  })
})
