import { expect, test } from 'vitest'
import { Rates } from './rates.ts'

test('a client may use its minute at once, and then goes on at its rate', () => {
  const rates = new Rates()
  for (let n = 0; n < 60; n++) expect(rates.take('a', 60, 1000)).toBe(0)
  expect(rates.take('a', 60, 1000)).toBe(1000)
  // Another one has a rate of its own.
  expect(rates.take('b', 60, 1000)).toBe(0)
  expect(rates.take('a', 60, 1999)).toBe(1)
  expect(rates.take('a', 60, 2000)).toBe(0)
  expect(rates.take('a', 60, 2000)).toBe(1000)
  // After a quiet minute all of it is there again.
  for (let n = 0; n < 60; n++) expect(rates.take('a', 60, 62_001)).toBe(0)
  expect(rates.take('a', 60, 62_001)).toBeGreaterThan(0)
})
