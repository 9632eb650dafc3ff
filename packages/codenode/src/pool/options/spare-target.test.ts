import { expect, test } from 'vitest'
import { SpareTarget, toSpareRange } from './spare-target.ts'

test('the number doubles when spares run out, up to 32, and falls by half with each calm half minute', () => {
  const target = new SpareTarget({ least: 8, most: 32 })
  expect(target.at(0)).toBe(8)
  for (const [nowMs, expected] of [
    [100, 16],
    [200, 32],
    [300, 32],
  ] as const) {
    target.ranOut(nowMs)
    expect(target.at(nowMs)).toBe(expected)
  }
  expect([30_299, 30_300, 60_300, 999_999].map((nowMs) => target.at(nowMs))).toEqual([32, 16, 8, 8])
  expect(target.isRaised).toBe(false)
})

test('a number that was asked for stays, also none', () => {
  for (const asked of [0, 1, 64]) {
    const target = new SpareTarget(toSpareRange(asked, 2))
    target.ranOut(1)
    expect(target.at(1)).toBe(asked)
  }
  expect([toSpareRange(undefined, 2), toSpareRange(undefined, 64)]).toEqual([
    { least: 8, most: 32 },
    { least: 64, most: 64 },
  ])
})
