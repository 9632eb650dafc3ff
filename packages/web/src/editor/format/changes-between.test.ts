import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween } from './changes-between.ts'

function apply(text: string, changes: readonly { from: number; to: number; insert: string }[]): string {
  return changes.toReversed().reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text)
}

test.each([
  ['', '', []],
  ['a  = 1', 'a = 1', [{ from: 2, to: 3, insert: '' }]],
  [
    "f('x',y)",
    'f("x", y);\n',
    [
      { from: 2, to: 3, insert: '"' },
      { from: 4, to: 5, insert: '"' },
      { from: 6, to: 6, insert: ' ' },
      { from: 8, to: 8, insert: ';\n' },
    ],
  ],
])('between %j and %j only what differs is replaced', (before, after, changes) => {
  expect(changesBetween(before, after)).toEqual(changes)
})

test('the changes make the one of the other, whatever they are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', ',') })
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(apply(before, changesBetween(before, after))).toBe(after)
    }),
  )
})
