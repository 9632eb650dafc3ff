import { describe, expect, test } from 'vitest'
import { findRunUids, RunUids } from './run-uids.ts'

describe('uids for runs', () => {
  test.each([
    ['an ordinary user has none to hand out', false, '0 0 4294967295', null],
    [
      'root of the host gets the preferred ones',
      true,
      '         0          0 4294967295\n',
      { first: 1_500_000_000, count: 4096, ranges: 146_484 },
    ],
    [
      'root of a container gets the end of what it has',
      true,
      '0 100000 65536',
      { first: 32_768, count: 4096, ranges: 8 },
    ],
    ['root of a small one too', true, '0 100000 4000', { first: 2000, count: 1000, ranges: 2 }],
    ['root of a namespace with a single uid has none', true, '0 1000 1', null],
  ])('%s', (_name, isRoot, map, expected) => {
    expect(findRunUids(isRoot, map)).toEqual(expected)
  })

  // A name that no service takes: below the preferred ones.
  const area = { first: 1_400_000_000 + process.pid, count: 10, ranges: 3 }

  test('each sandbox takes a range that no other has, whatever chance says, and what is released is free again', () => {
    const taken = [0.5, 0.5, 0.99].map((drawn) => RunUids.claim(area, () => drawn))
    try {
      expect(taken.map(({ range }) => range.first - area.first).toSorted((a, b) => a - b)).toEqual([0, 10, 20])
      expect(() => RunUids.claim(area)).toThrow('user ids for runs that no other sandbox has')
      const freed = taken[1]?.range
      taken[1]?.release()
      const again = RunUids.claim(area)
      expect(again.range).toEqual(freed)
      again.release()
    } finally {
      for (const it of taken) it.release()
    }
  })

  test('a number is given to one child at a time, and there is no more than the range has', () => {
    const uids = RunUids.claim(area)
    try {
      const numbers = Array.from({ length: 10 }, () => uids.take())
      expect(new Set(numbers).size).toBe(10)
      expect(() => uids.take()).toThrow('a user id that no other run has')
      uids.give(4)
      expect(uids.take()).toBe(4)
    } finally {
      uids.release()
    }
  })
})
