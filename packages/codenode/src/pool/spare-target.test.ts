import { expect, test } from 'vitest'
import { SpareTarget } from './spare-target.ts'

test('the number doubles when spares run out, up to 32, and falls by half with each calm half minute', () => {
  const target = new SpareTarget(8)
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

test('whoever asks for none or for many keeps the number', () => {
  for (const base of [0, 64]) {
    const target = new SpareTarget(base)
    target.ranOut(1)
    expect(target.at(1)).toBe(base)
  }
})
