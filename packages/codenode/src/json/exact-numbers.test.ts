import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyExact, copyMember, mergeMembers, numberText } from './exact-numbers.ts'
import { parseLossless, parseMember, stringifyInPieces, stringifyLossless } from './json.ts'

const parse = (text: string): Record<string, unknown> => parseLossless(text) as Record<string, unknown>

describe('numbers whose text matters', () => {
  test.each([
    ['{"a":7.0,"b":[1.0,2,2.5],"c":{"d":-0.0}}'],
    ['[1.0,2.0,3.5]'],
    ['[[0.0],[true,1.0],[1,1.0]]'],
    ['{"a":99999999999999999.99,"b":1234567890.12345678901}'],
    ['{"a":7.0,"id":9007199254740993,"b":[1.0]}'],
    ['{"__proto__":7.0,"x":{"__proto__":1.0}}'],
    ['{"a":100000000000000000000.0}'],
  ])('are written as they were: %s', (text) => {
    const value = parseLossless(text)
    expect(stringifyLossless(value)).toBe(text)
    expect([...stringifyInPieces(value)].join('')).toBe(text)
    // Also by those who know nothing of us, where no bigint is in the way.
    if (!text.includes('9007199254740993')) expect(JSON.stringify({ value })).toBe(`{"value":${text}}`)
  })

  test.each([
    ['1e3', '1000.0'],
    ['1.5E1', '15.0'],
    ['-0.00', '-0.0'],
    ['10e-1', '1.0'],
    ['1e21', '1e+21'],
    ['1.50', '1.5'],
    ['7', '7'],
  ])('%s is written as %s', (text, written) => {
    expect(stringifyLossless(parseLossless(`[${text}]`))).toBe(`[${written}]`)
  })

  test('are ordinary numbers, and what holds them is ordinary data', () => {
    const value = parse('{"a":7.0,"rows":[{"p":2.0}]}')
    expect(value).toStrictEqual({ a: 7, rows: [{ p: 2 }] })
    expect(Object.keys(value)).toEqual(['a', 'rows'])
    expect(structuredClone(value)).toStrictEqual({ a: 7, rows: [{ p: 2 }] })
    const keys: string[] = []
    for (const key in value) keys.push(key)
    expect(keys).toEqual(['a', 'rows'])
  })

  test('that are changed are written as what they are now', () => {
    const value = parse('{"a":99999999999999999.99,"b":7.0,"n":1}')
    value.a = 3
    value.b = 'text'
    expect(JSON.stringify(value)).toBe('{"a":3.0,"b":"text","n":1}')
  })

  test('data with a member called toJSON keeps it', () => {
    expect(stringifyLossless(parseLossless('{"toJSON":1.0,"a":2.0}'))).toBe('{"toJSON":1,"a":2}')
  })

  test('a value that contains itself is still refused', () => {
    const value = parse('{"a":7.0}')
    value.self = value
    expect(() => stringifyLossless(value)).toThrow(TypeError)
  })

  test('reading and writing changes nothing that matters to a reader of floats, whatever the value is', () => {
    const numbers = fc.oneof(
      fc.integer().map(String),
      fc.integer().map((n) => `${n}.0`),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => JSON.stringify(n)),
      fc.tuple(fc.integer(), fc.integer({ min: -30, max: 15 })).map(([n, e]) => `${n}e${e}`),
    )
    const values = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        numbers,
        fc.constantFrom('true', 'null', '"x"'),
        fc.array(tie('value')).map((items) => `[${items.join(',')}]`),
        fc.array(tie('value')).map((items) => `{${items.map((item, index) => `"k${index}":${item}`).join(',')}}`),
      ),
    })).value
    const kinds = (text: string): unknown[] =>
      [...text.matchAll(/-?\d[\d.eE+-]*/g)].map(([number]) => [/[.eE]/.test(number), Number(number)])
    const withoutNames = (text: string): string => text.replaceAll(/"k\d+":/g, '')
    fc.assert(
      fc.property(values, (text) => {
        const written = stringifyLossless([parseLossless(`[${text}]`)])
        expect(kinds(withoutNames(written))).toEqual(kinds(withoutNames(text)))
      }),
    )
  })
})

describe('of long decimals', () => {
  test.each([
    ['0.3333333333333333333333333333', 20, '0.33333333333333333333'],
    ['0.99999999999999999999999', 20, '1.00000000000000000000'],
    ['-12345678901234567.12345', 2, '-12345678901234567.12'],
    ['0.1234567890123456785', 18, '0.123456789012345678'],
    ['0.1234567890123456775', 18, '0.123456789012345678'],
    ['1234567890.12345678901', 20, '1234567890.12345678901'],
  ])('%s keeps %i places: %s', (text, maxPlaces, kept) => {
    expect(stringifyLossless(parseLossless(`[${text}]`, { maxPlaces }))).toBe(`[${kept}]`)
  })
})

describe('copies', () => {
  test('of members, merged objects and mapped arrays are as exact', () => {
    const from = parse('{"a":7.0,"b":1,"list":[1.0,2]}')
    const to: Record<string, unknown> = {}
    copyMember(from, 'a', to, 'x')
    copyMember(from.list as object, 0, to, 'y')
    copyMember(from, 'b', to, 'z')
    expect(stringifyLossless(to)).toBe('{"x":7.0,"y":1.0,"z":1}')
    expect(stringifyLossless(mergeMembers<unknown>(from, { a: 7 }))).toBe('{"a":7,"b":1,"list":[1.0,2]}')
    const list = from.list as number[]
    expect(stringifyLossless(copyExact(list, [...list]))).toBe('[1.0,2]')
  })

  test('do not change the original', () => {
    const from = parse('{"a":7.0,"b":8.0}')
    const copy = copyExact(from, { ...from })
    copyMember({ b: 8 }, 'b', copy, 'b')
    expect([stringifyLossless(from), stringifyLossless(copy)]).toEqual(['{"a":7.0,"b":8.0}', '{"a":7.0,"b":8}'])
  })

  test('a text alone is a member as exact', () => {
    const to = {}
    parseMember('7.0', to, 'x')
    expect([to, numberText(to, 'x')]).toEqual([{ x: 7 }, '7.0'])
  })
})

test.each([
  ['[1.0 2]'],
  ['{1.0:2}'],
  ['{1.0 :2}'],
  ['[01.0]'],
  ['[1.0.0]'],
  ['["a"1.0]'],
  ['[1.]'],
  ['[1.0'],
  ['--1.0'],
  ['[1.0,]'],
])('malformed text with floats is refused: %s', (text) => {
  expect(() => parseLossless(text)).toThrow('malformed')
})
