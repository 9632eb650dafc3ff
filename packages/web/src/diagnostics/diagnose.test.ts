import type { CodeLanguage } from 'codenode/contract'
import { describe, expect, test } from 'vitest'
import { diagnose } from './diagnose.ts'

const packages = {
  python: [
    { name: 'numpy', version: '2.3.1', importNames: ['numpy'], preloaded: true },
    { name: 'python-dateutil', version: '2.9.0', importNames: ['dateutil'], preloaded: false },
  ],
  javascript: [{ name: 'lodash', version: '4.17.21', importNames: ['lodash'], preloaded: true }],
}

type Found = [severity: string, text: string, message: string]

/** What is said about code whose inputs and outputs are given by name. */
function found(language: CodeLanguage, code: string, { inputs = ['a'], outputs = ['x'] } = {}): Found[] {
  const specs = Object.fromEntries(outputs.map((name) => [name, { type: 'string' as const }]))
  return diagnose({ code, language, inputs, outputs: specs, packages }).map(
    ({ severity, from, to, message }): Found => [severity, code.slice(from, to), message],
  )
}

describe('nothing is said about', () => {
  const right: [CodeLanguage, string][] = [
    ['python3', 'def main(a):\n    return {"x": a}\n'],
    ['python3', '    def main(a):\n        return {"x": a}\n'],
    ['python3', 'async def main(a: str, more=f("(,)")) -> dict:\n  return {"x": a}'],
    ['python3', 'def main(**inputs):\n  return {"x": inputs["a"]}'],
    ['python3', 'def main(*, a):\n  return dict(x=a)'],
    ['python3', '@wrap\ndef main(other):\n  return {"x": other}'],
    ['python3', 'from math import *'],
    ['python3', 'if True:\n  def main(a): return {"x": a}\nelse:\n  def main(b): return {"x": b}'],
    ['python3', 'main = lambda a: {"x": a}'],
    ['python3', 'def main(a):\n  r = {}\n  r["x"] = a\n  return r'],
    ['python3', 'def main(a):\n  return {**a, "x": 1}'],
    ['python3', 'def main(a):\n  return {key: 1 for key in a}'],
    ['python3', 'def main(a):\n  raise ValueError(a)'],
    ['python3', 'def main(a):\n  def inner():\n    return 1\n  return {"x": inner()}'],
    [
      'python3',
      'import os.path, numpy as np\nfrom dateutil.parser import parse\nfrom . import y\nimport _thread\ndef main(a): return {"x": 1.}',
    ],
    ['python3', 'try:\n  import polars\nexcept ImportError:\n  polars = None\ndef main(a): return {"x": a}'],
    ['python3', 'def main(a):\n  with open(a) as (b, c):\n    pass\n  for q in a:\n    yield\n'],
    ['python3', 'def main(a):\n  return {"x": 1. / 2}\nif __name__ == "__main__":\n  print(main(1))'],
    ['javascript', 'function main({ a }) { return { x: a } }'],
    ['javascript', 'const main = async ({ a, b = 1, ...rest }) => ({ x: a })'],
    ['javascript', 'const main = ({ a } = {}) => ({ x: a })'],
    ['javascript', 'function main(inputs) { return { x: inputs.a } }'],
    ['javascript', 'function main(a) { return { x: a } }'],
    ['javascript', 'function main() { return { x: arguments[0].a } }'],
    ['javascript', 'module.exports = ({ b }) => ({ y: b })'],
    [
      'javascript',
      'import _ from "lodash"\nimport fs from "node:fs/promises"\nexport default ({ a }) => ({ x: _.trim(a) })',
    ],
    [
      'javascript',
      'const fp = require("lodash/fp"); let q\ntry { q = require("left-pad") } catch {}\nmain = (a) => ({ x: a })',
    ],
    ['javascript', 'function main({ a }) { return a.map(() => { return 1 }).length ? { x: 1 } : { y: 1 } }'],
    ['javascript', 'async function* main({ a }) { yield a }'],
    [
      'python3',
      'from math import sqrt as root\nK = 1\ndef main(a):\n  global L\n  with open(a) as (b, c), d as e: pass\n  try: f = [g for g in a if (h := g)]\n  except OSError as i: raise\n  match a:\n    case {"j": k, **l}: pass\n    case [m, *n]: pass\n  o = lambda p, *q: p\n  r: int = 0\n  for s, (t, u) in a: del s\n  import os.path, re as z\n  def aa(bb): return bb\n  class CC: pass\n  return {"x": [root, K, L, b, c, e, f, h, i, k, l, m, n, o, r, t, u, os, z, aa, CC, __name__, json, print]}',
    ],
    [
      'javascript',
      'import fs, { b as c } from "fs"\nlet d, [e, { f: g, ...h }] = i()\nj = 1\nclass K {}\nfunction i() {}\nfunction main({ a }) { for (m of a) {} try {} catch (n) {} label: for (const o in a) break label\n return { x: [fs, c, d, e, g, h, j, K, i, m, n, a.q, require, Buffer, undefined, class R {}, function s() { return s }] } }',
    ],
    ['typescript', 'import type { A } from "zod"\nconst main: F = ({ a }: { a: string }): R => ({ x: a } as R)'],
    ['typescript', 'const main = ({ a }: { a: string }) => { let u!: number; u = 1; return { x: u } }'],
    ['typescript', 'const main = ({ a }: { a: string }) => { let v: typeof import("zod"); return { x: a } }'],
    ['typescript', 'function main(a: string): R\nfunction main(a: string, b?: number) { return { x: a } satisfies R }'],
    [
      'typescript',
      'type T = [head: string, ...rest: string[]]\nfunction main({ a }: I) { return { x: a } }\nexport { main, type T }',
    ],
  ]
  test.each(right)('%s %j', (language, code) => expect(found(language, code)).toEqual([]))
})

const fails = 'Calling main would fail.'

describe('it is told that', () => {
  const wrong: [CodeLanguage, string, Found[]][] = [
    [
      'python3',
      'def mian(a):\n  return {}',
      [['error', 'def mian(a):', 'The code does not define a function named main.']],
    ],
    [
      'python3',
      'class A:\n  def main(self): pass',
      [['error', 'class A:', 'The code does not define a function named main.']],
    ],
    [
      'javascript',
      'const f = () => 1',
      [['error', 'const f = () => 1', 'The code does not define a function named main.']],
    ],
    [
      'python3',
      'def main(b):\n  return {"x": b}',
      [
        ['error', 'main', `Input "a" has no parameter. ${fails}`],
        ['error', 'b', `Parameter "b" is not an input. ${fails}`],
      ],
    ],
    ['python3', 'def main(a, b, c=1):\n  return {"x": b}', [['error', 'b', `Parameter "b" is not an input. ${fails}`]]],
    [
      'javascript',
      'function main({ b }) { return { x: b } }',
      [
        ['warning', 'main', 'Input "a" has no parameter, so main does not get it.'],
        ['warning', 'b', 'Parameter "b" is not an input. It is undefined.'],
      ],
    ],
    [
      'javascript',
      'const main = ({ b } = {}) => ({ x: b })',
      [
        ['warning', 'main', 'Input "a" has no parameter, so main does not get it.'],
        ['warning', 'b', 'Parameter "b" is not an input. It is undefined.'],
      ],
    ],
    [
      'javascript',
      'const main = (b, c) => ({ x: c })',
      [
        ['warning', 'b', 'Parameter "b" is not an input. It gets all inputs as one object.'],
        ['warning', 'c', 'Parameter "c" is not an input. It is undefined.'],
      ],
    ],
    [
      'javascript',
      'const main = (a, b) => ({ x: b })',
      [['warning', 'b', 'Parameter "b" is not an input. It is undefined.']],
    ],
    [
      'javascript',
      'function main() { return { x: 1 } }',
      [['warning', 'main', 'Input "a" has no parameter, so main does not get it.']],
    ],
    [
      'python3',
      'import nunpy\ndef main(a): return {"x": a}',
      [['error', 'nunpy', `The package "nunpy" is not installed. Did you mean 'numpy'?`]],
    ],
    [
      'python3',
      'from polars import x\ndef main(a): return {"x": a}',
      [['error', 'polars', 'The package "polars" is not installed.']],
    ],
    [
      'javascript',
      'const _ = require("lodahs/fp")\nconst main = ({ a }) => ({ x: a })',
      [['error', '"lodahs/fp"', `The package "lodahs" is not installed. Did you mean 'lodash'?`]],
    ],
    [
      'javascript',
      'const b = require("./b")\nconst main = ({ a }) => ({ x: a })',
      [['error', '"./b"', 'A program is one file and has no files beside it.']],
    ],
    [
      'javascript',
      'async function main({ a }) { await import("axios"); return { x: a } }',
      [['error', '"axios"', 'The package "axios" is not installed.']],
    ],
    [
      'python3',
      'def main(a):\n  if a: return {"error": "no"}\n  return {"x": a}',
      [
        ['warning', '"error"', `"error" isn't declared as an output and will be dropped.`],
        ['warning', 'return', 'Output "x" is missing here.'],
      ].reverse() as Found[],
    ],
    [
      'javascript',
      'const main = ({ a }) => ({ y: a })',
      [
        ['warning', '(', 'Output "x" is missing here.'],
        ['warning', 'y', `"y" isn't declared as an output and will be dropped.`],
      ],
    ],
    ['python3', 'def main(a):\n  print(a)', [['warning', 'main', 'main returns nothing.']]],
    ['python3', 'def main(a):\n  return [a]', [['warning', 'return', 'main must return an object with the outputs.']]],
    [
      'javascript',
      'function main({ a }) { return }',
      [['warning', 'return', 'main must return an object with the outputs.']],
    ],
    [
      'python3',
      'import re\ndef main(a):\n  for b in txt:\n    c = f"{b} {d}"\n  return {\n    "x": text,\n    **re.find(a, key=e)[g]}',
      [
        ['warning', 'txt', '“txt” isn’t defined.'],
        ['warning', 'd', '“d” isn’t defined.'],
        ['warning', 'text', '“text” isn’t defined.'],
        ['warning', 'e', '“e” isn’t defined.'],
        ['warning', 'g', '“g” isn’t defined.'],
      ],
    ],
    [
      'typescript',
      'const main = ({ a }: { a: Row }) => ({ x: [text, typeof no, Math.max(b)], y, ...a })',
      [
        ['warning', 'text', '“text” isn’t defined.'],
        ['warning', 'b', '“b” isn’t defined.'],
        ['warning', 'y', `"y" isn't declared as an output and will be dropped.`],
        ['warning', 'y', '“y” isn’t defined.'],
      ],
    ],
  ]
  test.each(wrong)('%s %j', (language, code, expected) => expect(found(language, code)).toEqual(expected))
})

describe('a mistake in the syntax is found in', () => {
  const broken: [CodeLanguage, string][] = [
    ['python3', 'def main(a)\n  return {}'],
    ['python3', 'def main(a):\n  return {"x": (1\n'],
    ['python3', 'def main(a):\n  with open(a) as f\n    pass'],
    ['python3', 'def main(a):\n  if a\n    return {}'],
    ['python3', 'def main(a):\n  for in a: pass'],
    ['python3', 'def main(a):\n  return {"x" 1}'],
    ['python3', 'x = = 2'],
    ['javascript', 'function main({ a }) { return { x: a }'],
    ['javascript', 'const main = ({ a } => ({ x: a })'],
    ['javascript', 'function main({ a }) { return [1, 2 }'],
    ['typescript', 'function main(a: ) { return {} }'],
    ['typescript', 'const x: string = ;'],
  ]
  test.each(broken)('%s %j', (language, code) => {
    const errors = found(language, code)
    expect(errors.length).toBeGreaterThan(0)
    expect(errors.every(([severity, text]) => severity === 'error' && text !== '')).toBe(true)
  })
})

test('a misspelt import is put right by its fix', () => {
  const check = (language: CodeLanguage, code: string) => {
    const change = diagnose({ code, language, inputs: [], outputs: {}, packages })[0]?.fix?.changes[0]
    return change && code.slice(0, change.from) + change.insert + code.slice(change.to)
  }
  expect(check('python3', 'from nunpy.linalg import norm\ndef main(): return {}')).toBe(
    'from numpy.linalg import norm\ndef main(): return {}',
  )
  expect(check('javascript', "const f = require('lodahs/fp')\nconst main = () => ({})")).toBe(
    "const f = require('lodash/fp')\nconst main = () => ({})",
  )
})

test('what the form could take over is a quick fix', () => {
  const code = 'def main(b):\n  return {"x": b, "n": 1}'
  const all = diagnose({ code, language: 'python3', inputs: [], outputs: { x: { type: 'string' } }, packages: null })
  expect(all.map(({ quickFix }) => quickFix)).toEqual([
    { kind: 'add-input', name: 'b' },
    { kind: 'add-output', name: 'n', spec: { type: 'number', children: null } },
  ])
})
