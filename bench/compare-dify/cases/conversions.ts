import type { Case } from '../case.ts'
import { type Language, program, returningCode } from './program.ts'

/** What the language's own values become. */
export function conversionCases(): Case[] {
  return [
    ...pythonValues.map(([expression, type, setUp]) => converting('python', expression, type, setUp)),
    ...javascriptValues.map(([expression, type]) => converting('javascript', expression, type)),
  ]
}

function converting(language: Language, expression: string, type: string, setUp = ''): Case {
  const code = setUp + returningCode(language, expression)
  return program('conversions', `${type} ← ${expression}`, language, code, { outputs: { r: type } })
}

const pythonValues: readonly [expression: string, type: string, setUp?: string][] = [
  ['(1, 2)', 'array[number]'],
  ['("a", None)', 'array[string]'],
  ['{"a": (1, 2)}', 'object'],
  ['{1: "one", None: "none", True: "yes"}', 'object'],
  ['{"b", "a"}', 'array[string]'],
  ['range(3)', 'array[number]'],
  ['datetime.date(2026, 1, 2)', 'string', 'import datetime\n'],
  ['datetime.datetime(2026, 1, 2, 3, 4, 5)', 'string', 'import datetime\n'],
  ['Decimal("1.5")', 'number', 'from decimal import Decimal\n'],
  ['uuid.UUID(int=5)', 'string', 'import uuid\n'],
  ['numpy.int64(5)', 'number', 'import numpy\n'],
  ['numpy.array([1, 2])', 'array[number]', 'import numpy\n'],
  ['numpy.float64(1.5)', 'number', 'import numpy\n'],
  ['Point(1, 2)', 'object', 'from dataclasses import dataclass\n@dataclass\nclass Point:\n    x: int\n    y: int\n'],
  ['b"bytes"', 'string'],
  ['object()', 'object'],
  ['Thing()', 'object', 'class Thing:\n    def __init__(self):\n        self.a = 1\n'],
  ['lambda: 1', 'object'],
  ['float("nan")', 'number'],
  ['float("inf")', 'number'],
  ['[float("nan"), 1.0]', 'array[number]'],
  ['{"a": float("nan")}', 'object'],
  ['[{"a": float("inf")}]', 'array[object]'],
  ['"a\\x00b"', 'string'],
  ['["a\\x00b"]', 'array[string]'],
  ['{"a": "a\\x00b"}', 'object'],
  ['"\\ud83d"', 'string'],
  ['"é😀"', 'string'],
  ['1 + 2j', 'number'],
]

const javascriptValues: readonly [expression: string, type: string][] = [
  ['new Date(0)', 'string'],
  ['10n', 'number'],
  ['[1n, 2n]', 'array[number]'],
  ['new Map([["a", 1]])', 'object'],
  ['new Set([1, 2])', 'array[number]'],
  ['new Uint8Array([1, 2])', 'array[number]'],
  ['Buffer.from("a")', 'object'],
  ['/x/', 'object'],
  ['new Error("no")', 'object'],
  ['({ a: 1, f() {} })', 'object'],
  ['({ a: 1, b: undefined })', 'object'],
  ['[1, undefined]', 'array[number]'],
  ['[1, , 3]', 'array[number]'],
  ['undefined', 'string'],
  ['() => 1', 'object'],
  ['Symbol("s")', 'string'],
  ['parseFloat("abc")', 'number'],
  ['1 / 0', 'number'],
  ['({ a: NaN })', 'object'],
  ['[0 / 0, 1]', 'array[number]'],
  ['-0', 'number'],
  ['new (class { constructor() { this.a = 1 } get b() { return 2 } m() {} })()', 'object'],
  ['({ toJSON() { return { b: 2 } } })', 'object'],
  ['new String("boxed")', 'string'],
  ['"a\\u0000b"', 'string'],
  ['"\\ud83d"', 'string'],
]
