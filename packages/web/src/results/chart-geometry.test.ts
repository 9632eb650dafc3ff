import { expect, test } from 'vitest'
import { layOutChart, roundScale } from './chart-geometry.ts'

test.each([
  [0, 100, { from: 0, to: 100, step: 50 }],
  [0, 7, { from: 0, to: 8, step: 2 }],
  [-3, 5, { from: -4, to: 6, step: 2 }],
  [0, 0, { from: 0, to: 0.5, step: 0.5 }],
])('a scale from %j to %j has round steps', (least, most, scale) => {
  expect(roundScale(least, most)).toEqual(scale)
})

test('values stand in the middle of their places, and a missing one leaves its place empty', () => {
  const frame = { width: 110, height: 60, left: 10, right: 0, top: 5, bottom: 5 }
  const { marks, baseline, ticks } = layOutChart([[4, null, -4, 0]], frame)
  expect(marks[0]?.bars).toEqual([
    { index: 0, value: 4, x: 22.5, y: 5 },
    { index: 2, value: -4, x: 72.5, y: 55 },
    { index: 3, value: 0, x: 97.5, y: 30 },
  ])
  expect(baseline).toBe(30)
  expect(ticks.map(({ value }) => value)).toEqual([-4, -2, 0, 2, 4])
})

test('bars of several series stand side by side on one scale, points of their lines above each other', () => {
  const frame = { width: 110, height: 60, left: 10, right: 0, top: 5, bottom: 5 }
  const { marks, barWidth } = layOutChart(
    [
      [1, 2],
      [10, null],
    ],
    frame,
  )
  expect(barWidth).toBe(17.5)
  expect(marks.map(({ bars }) => bars.map(({ x }) => x))).toEqual([[26.25, 76.25], [43.75]])
  expect(marks.map(({ points }) => points.map(({ x }) => x))).toEqual([[35, 85], [35]])
})
