import { expect, test } from 'vitest'
import { type Alignment, choosePlace } from './place-near.ts'

const view = { width: 400, height: 300 }
const size = { width: 100, height: 80 }
const anchorAt = (left: number, top: number) => ({ left, top, width: 60, height: 20 })

const cases: [string, ReturnType<typeof anchorAt>, Alignment, { left: number; top: number }][] = [
  ['below, at its start', anchorAt(50, 50), 'start', { left: 50, top: 74 }],
  ['below, in its middle', anchorAt(50, 50), 'middle', { left: 30, top: 74 }],
  ['below, at its end', anchorAt(150, 50), 'end', { left: 110, top: 74 }],
  ['above where there is no room below', anchorAt(50, 250), 'start', { left: 50, top: 166 }],
  ['inside the view at the right edge', anchorAt(380, 50), 'start', { left: 292, top: 74 }],
  ['inside the view at the left edge', anchorAt(0, 50), 'end', { left: 8, top: 74 }],
]

test.each(cases)('something stands near its anchor: %s', (_, anchor, alignment, place) => {
  expect(choosePlace(anchor, size, view, alignment)).toEqual(place)
})
