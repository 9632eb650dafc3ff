import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseLossless, stringifyInPieces, stringifyLossless } from './json.ts'
import { JsonError, scanJson, utf8Length } from './json-scan.ts'

/** JSON values with whole numbers of any size. */
const jsonValues = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.string({ unit: 'binary' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.bigInt(),
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), { noNullPrototype: true }),
  ),
})).value

/** Whole numbers are bigint only where a number would be rounded. */
function normal(value: unknown): unknown {
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value)
  // The digits of a large whole number do not tell whether it was a number or a bigint.
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    return BigInt(String(value))
  }
  if (Array.isArray(value)) return value.map(normal)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, normal(member)]))
}

function problemOf(text: string | Uint8Array, bounds = {}): unknown {
  try {
    return parseLossless(text, bounds)
  } catch (error) {
    if (error instanceof JsonError) return error.problem
    throw error
  }
}

describe('lossless JSON', () => {
  test.each([
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['1000000000000000', 1000000000000000],
    ['0.12345678901234566', 0.12345678901234566],
    ['12345678901234567.5', 12345678901234568],
    ['1e400', Number.POSITIVE_INFINITY],
    ['"9007199254740993"', '9007199254740993'],
    ['[1,9007199254740993,{"a":-9007199254740993}]', [1, 9007199254740993n, { a: -9007199254740993n }]],
  ])('integers keep all their digits: %s', (text, value) => {
    expect(parseLossless(text)).toEqual(value)
    expect(parseLossless(new TextEncoder().encode(text))).toEqual(value)
  })

  test('any value survives being written and read, keys called __proto__ and lone surrogates included', () => {
    fc.assert(
      fc.property(jsonValues, (value) => {
        expect(parseLossless(stringifyLossless(value))).toStrictEqual(normal(value))
      }),
      { numRuns: 1000 },
    )
  })

  test('a bigint is written as its digits, and all else as JSON.stringify writes it', () => {
    const values = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.bigInt(),
        fc.double(),
        fc.string({ unit: 'binary' }),
        fc.date({ noInvalidDate: false }),
        fc.constantFrom(null, true, undefined, Symbol('a'), String, new Map(), { toJSON: () => 2n ** 64n }),
        fc.array(tie('value')),
        fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')),
      ),
    })).value
    const byHand = (value: unknown): string =>
      JSON.stringify([value], (_, it: unknown) => (typeof it === 'bigint' ? `digits:${it}` : it)).replaceAll(
        /"digits:(-?\d+)"/g,
        '$1',
      )
    fc.assert(
      fc.property(values, (value) => {
        expect(stringifyLossless([value])).toBe(byHand(value))
        expect([...stringifyInPieces([value])].join('')).toBe(byHand(value))
      }),
      { numRuns: 1000 },
    )
  })

  test('a key __proto__ is an ordinary own key and changes no prototype', () => {
    const value = parseLossless('{"__proto__":9007199254740993,"a":{"__proto__":{"x":1}}}') as object
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(stringifyLossless(value)).toBe('{"__proto__":9007199254740993,"a":{"__proto__":{"x":1}}}')
  })

  test('reading either gives a value or a JsonError, whatever the text is', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      '\\',
      ':',
      ',',
      '-',
      '.',
      'e',
      '0',
      '12345678901234567890',
      'NaN',
      ' ',
      'a',
    )
    fc.assert(
      fc.property(fc.array(pieces), (parts) => void problemOf(parts.join(''))),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['012345678901234567890'],
    ['{12345678901234567890:1}'],
    ['--12345678901234567890'],
    ['[12345678901234567890 1]'],
    ['[1,]'],
    ['"open'],
    [''],
    ['{"a":1}x'],
  ])('malformed text is refused as malformed: %s', (text) => {
    expect(problemOf(text)).toMatchObject({ kind: 'malformed' })
  })

  test.each([
    ['{"a":NaN}', 'NaN'],
    ['[Infinity]', 'Infinity'],
    ['[-Infinity]', '-Infinity'],
  ])('NaN and Infinity are refused by name: %s', (text, token) => {
    expect(problemOf(text)).toEqual({
      kind: 'not_finite',
      message: `The JSON contains ${token}, which is not a JSON value.`,
      position: expect.any(Number) as number,
    })
    expect(parseLossless(`["${token}"]`)).toEqual([token])
  })

  test('nesting is refused one level past the limit and never overflows the stack', () => {
    expect(parseLossless('[[[]]]', { maxDepth: 3 })).toEqual([[[]]])
    expect(problemOf('[[[]]]', { maxDepth: 2 })).toMatchObject({ kind: 'too_deep' })
    expect(problemOf('['.repeat(500_000))).toMatchObject({ kind: 'too_deep' })

    // Several times as deep as the stack allows to those that call themselves.
    const deep = `${'[{"a":'.repeat(30_000)}12345678901234567890${'}]'.repeat(30_000)}`
    expect(stringifyLossless(parseLossless(deep, { maxDepth: 1_000_000 }))).toBe(deep)
  })

  test('the limit of bytes counts UTF-8 and is inclusive', () => {
    expect(utf8Length('aé€😀')).toBe(10)
    expect(parseLossless('"é"', { maxBytes: 4 })).toBe('é')
    expect(problemOf('"é"', { maxBytes: 3 })).toMatchObject({ kind: 'too_large' })
    expect(problemOf(new TextEncoder().encode('"é"'), { maxBytes: 3 })).toMatchObject({ kind: 'too_large' })
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => utf8Length(text) === Buffer.byteLength(text)))
  })

  test('bytes that are no UTF-8 are refused', () => {
    expect(problemOf(Uint8Array.of(0x22, 0xff, 0x22))).toMatchObject({ kind: 'malformed' })
  })

  test('a whole number of 4300 digits is read, a longer one is Infinity, which no limit allows', () => {
    const digits = '7'.repeat(4300)
    expect(parseLossless(digits)).toBe(BigInt(digits))
    expect(parseLossless(`-${digits}`)).toBe(-BigInt(digits))
    expect(parseLossless(`${digits}7`)).toBe(Number.POSITIVE_INFINITY)
  })

  test('a value that contains itself is a TypeError', () => {
    const value: Record<string, unknown> = { big: 1n }
    value.self = value
    expect(() => stringifyLossless(value)).toThrow(TypeError)
  })

  test('the scan finds long whole numbers only outside of texts', () => {
    expect(scanJson('["1234567890123456789\\"", 0.1234567890123456]')).toMatchObject({ exactNumbers: [] })
  })

  test('a value has as many as its texts, numbers, arrays and objects; names of members and empty brackets do not add to it', () => {
    const text = '{"a":[1,"x,y[{",null],"b":{},"c":[[],{"d":true}]}'
    const values = 1 + 4 + 1 + 1 + 1 + 2
    expect(scanJson(text, { maxValues: values })).toMatchObject({ status: 'sound' })
    expect(scanJson(text, { maxValues: values - 1 })).toMatchObject({
      status: 'refused',
      problem: { kind: 'too_many_values', message: 'The JSON has more than 9 values.' },
    })
  })

  test('pieces make the same text, and none but a long text is much longer than asked', () => {
    fc.assert(
      fc.property(jsonValues, fc.integer({ min: 1, max: 50 }), (value, characters) => {
        expect([...stringifyInPieces(value, characters)].join('')).toBe(stringifyLossless(value))
      }),
    )
    const rows = Array.from({ length: 1000 }, (_, id) => ({ id, big: 2n ** 70n }))
    const pieces = [...stringifyInPieces(rows, 100)]
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(150)
    expect(pieces.join('')).toBe(stringifyLossless(rows))
  })
})
