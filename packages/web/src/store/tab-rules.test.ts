import { describe, expect, test } from 'vitest'
import { afterOtherWrote, mayWrite, type Stamp, whereToBegin } from './tab-rules.ts'

test.each<[Stamp, Stamp, boolean]>([
  [null, null, true],
  ['a', 'a', true],
  ['a', null, true],
  ['a', 'b', false],
  [null, 'b', false],
])('a tab that goes on from %s may write over %s: %s', (base, shared, expected) => {
  expect(mayWrite(base, shared)).toBe(expected)
})

describe('a tab begins', () => {
  test.each([
    ['with what is shared when it is new', null, 'a', 'shared'],
    ['with its own after a reload', { base: 'a', isAhead: false }, 'a', 'own'],
    ['with its own that could not be shared', { base: 'a', isAhead: true }, 'a', 'own'],
    ['with its own when nothing is shared any more', { base: 'a', isAhead: true }, null, 'own'],
    ['with what others made of it, when it changed nothing', { base: 'a', isAhead: false }, 'b', 'shared'],
    ['with its own and a question, when both have changed', { base: 'a', isAhead: true }, 'b', 'ask'],
  ] as const)('%s', (_, own, shared, expected) => expect(whereToBegin(own, shared)).toBe(expected))
})

describe('when another tab has written, a tab', () => {
  test.each([
    ['does nothing about what it wrote itself', { base: 'a', hasSameWorkflow: true }, 'a', 'nothing'],
    ['does nothing when all was removed', { base: 'a', hasSameWorkflow: false }, null, 'nothing'],
    ['goes on from it when the workflow is the same', { base: 'a', hasSameWorkflow: true }, 'b', 'follow'],
    ['asks when the workflow is another', { base: 'a', hasSameWorkflow: false }, 'b', 'ask'],
  ] as const)('%s', (_, tab, shared, expected) => expect(afterOtherWrote(tab, shared)).toBe(expected))
})
