import { expect, test } from 'vitest'
import { stringifyLossless } from '../json/json.ts'
import { shortenValue } from './shorten-value.ts'

test('a small value is kept as it is', () => {
  const value = { rows: [{ city: 'Oslo', cost: 12345678901234567890n }], none: null, is: true }
  expect(shortenValue(value)).toEqual({ value, isWhole: true })
  expect(shortenValue([1, 'a'])).toEqual({ value: [1, 'a'], isWhole: true })
})

test('of a large member the beginning is kept, and the others are there', () => {
  const { value, isWhole } = shortenValue({
    text: 'x'.repeat(100_000),
    rows: Array.from({ length: 5000 }, (_, id) => ({ id, name: 'n'.repeat(300) })),
    total: 7,
  })
  expect(isWhole).toBe(false)
  const { rows, total } = value as { rows: unknown[]; total: number }
  expect([rows[0], total]).toEqual([{ id: 0, name: 'n'.repeat(300) }, 7])
})

const deep = Array.from({ length: 2000 }).reduce<unknown>((inner) => ({ a: inner, b: [inner] }), 1)
test.each([
  ['long texts', Array.from({ length: 1000 }, () => 'y'.repeat(1000))],
  ['many keys', Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key${index}`, index]))],
  ['long keys', { ['k'.repeat(1_000_000)]: 1, ok: 2 }],
  ['deep nesting', deep],
  ['lists of lists', Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => [1, 2, 3]))],
  ['half a character and no number', { half: '\ud800', most: Number.POSITIVE_INFINITY }],
])('a value with %s stays short', (_, value) => {
  const shown = shortenValue(value)
  expect(shown.isWhole).toBe(false)
  expect(stringifyLossless(shown).length).toBeLessThan(20_000)
})
