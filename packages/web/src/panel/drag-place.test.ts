import { expect, test } from 'vitest'
import { placeAt } from './drag-place.ts'

const rows = [
  { top: 0, bottom: 30 },
  { top: 36, bottom: 66 },
  { top: 72, bottom: 150 },
]

test.each([
  [0, -20, 0],
  [0, 20, 0],
  [0, 52, 1],
  [0, 112, 2],
  [0, 900, 2],
  [1, 14, 0],
  [1, 51, 1],
  [1, 110, 1],
  [2, 40, 1],
  [2, 0, 0],
])('row %i that is dragged to %i comes to place %i', (dragged, y, place) => {
  expect(placeAt(rows, dragged, y)).toBe(place)
})
