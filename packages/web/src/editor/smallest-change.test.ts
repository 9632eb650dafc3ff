import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { smallestChange } from './smallest-change.ts'

test.each([
  ['abc', 'abc', null],
  ['abc', 'abXc', { from: 2, to: 2, insert: 'X' }],
  ['aaa', 'aa', { from: 2, to: 3, insert: '' }],
  ['', 'a', { from: 0, to: 0, insert: 'a' }],
])('from %j to %j only what differs is replaced', (before, after, change) => {
  expect(smallestChange(before, after)).toEqual(change)
})

test('the replacement makes the one of the other', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n') })
  fc.assert(
    fc.property(text, text, (before, after) => {
      const change = smallestChange(before, after) ?? { from: 0, to: 0, insert: '' }
      expect(before.slice(0, change.from) + change.insert + before.slice(change.to)).toBe(after)
    }),
  )
})
