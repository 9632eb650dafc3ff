import { describe, expect, test } from 'vitest'
import { findRunUids } from './run-uids.ts'

describe('uids for runs', () => {
  test.each([
    ['an ordinary user has none to hand out', false, '0 0 4294967295', null],
    [
      'root of the host gets the preferred range',
      true,
      '         0          0 4294967295\n',
      { first: 1_500_000_000, count: 1000 },
    ],
    ['root of a container gets the end of what it has', true, '0 100000 65536', { first: 64_536, count: 1000 }],
    ['root of a namespace with a single uid has none', true, '0 1000 1', null],
  ])('%s', (_name, isRoot, map, expected) => {
    expect(findRunUids(isRoot, map)).toEqual(expected)
  })
})
