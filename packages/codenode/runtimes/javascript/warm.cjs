// @ts-check
'use strict'

// Small programs that the zygote runs before it forks, so that its children find every path of the harness compiled.
// None may print, draw random numbers or wait for more than its turn: what they leave behind would be in every child.
const { Console } = require('node:console')
const { FrameStream } = require('./console.cjs')
const { FRAME } = require('./channel.cjs')
const { isPlainData } = require('./plain.cjs')

/** @typedef {InstanceType<typeof import('./channel.cjs').Channel>} Channel */

const nothing = () => undefined
const silent = /** @type {Channel} */ (/** @type {any} */ ({ send: nothing, sendText: nothing }))
/** More rounds make the start longer and a run no shorter: optimised code that a child shares with the zygote is not free. */
const ROUNDS = 8
const PLAIN_ROUNDS = 200

const inputs = {
  text: 'a "quoted" line\n',
  rows: [{ id: 1, price: 2.5, tags: ['x', 'ü'], ok: true, none: null }],
  big: 9007199254740993n,
}
const inputsText = JSON.stringify(inputs, (_key, value) =>
  typeof value === 'bigint' ? /** @type {any} */ (JSON).rawJSON(String(value)) : value,
)

const programs = [
  'async function main({ rows }) {\n  await null\n  return { rows }\n}',
  'function main({ text, rows }) {\n  return { result: text, rows: rows.map((row) => ({ ...row, total: row.price * 2 })) }\n}',
  'const main = (rows, { text } = {}) => ({ n: rows.length, at: new Date(0), map: new Map([["a", 1n]]), set: new Set([1]), bytes: new Uint8Array(2) })',
  '// what it does\nexports.main = function (inputs) { return { keys: Object.keys(inputs), big: inputs.big, error: new Error("x") } }',
  'function main() { return { nan: NaN, list: [() => 1, Infinity], nested: { "odd key": Symbol("x") } } }',
  'function main() { return [1, 2] }',
  'function other() {}',
  'function main( {\n  return 1\n}',
  'class NoRows extends Error {}\nfunction load() { throw new NoRows("no rows", { cause: new TypeError("inner") }) }\nfunction main() { return load() }',
  'require("loadsh")\nfunction main() {}',
  'function main() { throw Object.assign(new Error("connect EPERM 10.0.0.1:443"), { errno: -1, code: "EPERM", syscall: "connect", address: "10.0.0.1", port: 443 }) }',
  'function main() { throw { message: "not an error" } }',
]

const modules = [
  'import { join } from "node:path"\nimport "node:fs"\nexport const main = ({ text }) => ({ text: join(text, "x") })',
  'const path = await import("node:path")\nexport default () => ({ path: path.sep })',
]

const typescriptPrograms = [
  'interface Row { id: number; price?: number }\ntype Rows = Row[]\nexport {}\nfunction main({ rows }: { rows: Rows }): { total: number } {\n  return { total: rows.reduce((sum: number, row) => sum + (row.price ?? 0), 0) }\n}'.replace(
    'export {}\n',
    '',
  ),
  'enum Kind { A, B = "b" }\nfunction main(text: string) { return { kind: Kind.B, text } }',
  'import { type A, B } from "nowhere"\nexport function main(a: A): object { return { a } }',
  'const a: = 1',
]

/** @param {(payload: Buffer, channel: Channel) => void} run */
function warm(run) {
  for (let round = 0; round < ROUNDS; round++) {
    for (const code of programs) run(buildRun(code, 'javascript'), silent)
    for (const code of modules) run(buildRun(code, 'javascript'), silent)
    for (const code of typescriptPrograms) run(buildRun(code, 'typescript'), silent)
  }
  warmPlainData()
  warmConsole()
}

/**
 * In the child.
 * @param {(payload: Buffer, channel: Channel) => void} run
 */
function warmOnce(run) {
  for (const code of programs.slice(0, 3)) run(buildRun(code, 'javascript'), silent)
}

/** @type {(code: string, language: string) => Buffer} */
function buildRun(code, language) {
  const head = Buffer.from(
    JSON.stringify({ language, mode: 'main', codeBytes: Buffer.byteLength(code), inputNames: Object.keys(inputs) }),
  )
  const size = Buffer.alloc(4)
  size.writeUInt32LE(head.length)
  return Buffer.concat([size, head, Buffer.from(code), Buffer.from(inputsText)])
}

/**
 * Until V8 has optimised the walk over a result, which otherwise is interpreted in each child: 4 ms for a result of 1 MiB,
 * and 1.4 ms so. With members of many shapes, so that the code holds for any.
 */
function warmPlainData() {
  const rows = Array.from({ length: 300 }, (_, id) => ({
    id,
    price: id * 1.25,
    text: `row ${id}`,
    ok: id % 3 === 0,
    none: null,
    tags: ['x', id, [0.5]],
    [`key ${id % 20}`]: { [`inner ${id % 50}`]: id },
  }))
  for (let round = 0; round < PLAIN_ROUNDS; round++) isPlainData({ rows })
}

/**
 * A console of its own: the global one keeps the streams of its first call.
 */
function warmConsole() {
  const stdout = new FrameStream(1, FRAME.stdout)
  stdout.bind(silent)
  // With errors not ignored it hands the stream no callbacks, which would wait in the zygote for a tick that never comes.
  const console = new Console({ stdout, stderr: stdout, ignoreErrors: false })
  for (let round = 0; round < ROUNDS; round++) {
    console.log('text', round, inputs, [1.5, null, undefined], new Map([['a', new Set([1])]]))
    console.log('%s and %d', 'text', 1)
    console.error(new Error('x'))
  }
}

module.exports = { warm, warmOnce }
