import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonError } from './find-json-error.ts'

const wrong: [text: string, index: number][] = [
  ['', 0],
  ['{', 1],
  ['{"a": 1,}', 8],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{a: 1}', 1],
  ["{'a': 1}", 1],
  ['{"a": 01}', 6],
  ['[1}', 2],
  ['{"a": 1}}', 8],
  ['{} {}', 3],
  ['tru', 0],
  ['["a\nb"]', 1],
  ['["\\x"]', 1],
  [' \n{"a":\n [1,}', 12],
  ['[1, .5]', 4],
]

describe('findJsonError', () => {
  test.each(wrong)('%j stops being JSON at %d', (text, index) => {
    expect(isJson(text)).toBe(false)
    expect(findJsonError(text)).toBe(index)
  })

  test('finds nothing in JSON', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(0, 1), (text, indent) => {
        expect(findJsonError(JSON.stringify(JSON.parse(text), null, indent))).toBeNull()
      }),
    )
  })

  test.each([
    ['a text', `["${'x'.repeat(10_000_000)}"`, 10_000_003],
    ['a number', `[${'1'.repeat(10_000_000)}`, 10_000_001],
    ['spaces', `[${' '.repeat(10_000_000)}x`, 10_000_001],
    ['brackets', '['.repeat(3_000_000), 3_000_000],
  ])('is not stopped by %s of many characters', (_, text, index) => {
    expect(findJsonError(text)).toBe(index)
  })

  test('agrees with the parser on what is JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      ' ',
      '"',
      '"a"',
      '1',
      '-',
      '0',
      '.',
      'e',
      'true',
      'null',
      '\\',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        expect(findJsonError(text) === null).toBe(isJson(text))
      }),
      { numRuns: 5000 },
    )
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false // what the parser says of it is not of interest here
  }
}
