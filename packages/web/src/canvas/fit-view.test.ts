import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Box, fitView, viewWith } from './fit-view.ts'

const first = { x: 0, y: 100, width: 240, height: 60 }

function seen(box: Box, { x, y, zoom }: { x: number; y: number; zoom: number }): Box {
  return { x: box.x * zoom + x, y: box.y * zoom + y, width: box.width * zoom, height: box.height * zoom }
}

describe('what is shown of a workflow', () => {
  test('is all of it in the middle, never larger than it is', () => {
    const bounds = { x: 0, y: 0, width: 1000, height: 400 }
    expect(fitView(bounds, first, { width: 1400, height: 800 })).toEqual({ x: 200, y: 188, zoom: 1 })
    expect(fitView(bounds, first, { width: 830, height: 800 })).toEqual({ x: 40, y: 238, zoom: 0.75 })
  })

  test('is all of a small one on a phone, above the buttons for the zoom', () => {
    const bounds = { x: 80, y: 280, width: 1204, height: 100 }
    const box = seen(bounds, fitView(bounds, first, { width: 390, height: 700 }))
    expect(box.x).toBeCloseTo(16)
    expect(box.x + box.width).toBeCloseTo(390 - 16)
  })

  test('moves no farther than it takes to see a node', () => {
    const view = { x: 0, y: 0, zoom: 1 }
    const room = { width: 1000, height: 600 }
    expect(viewWith(view, { x: 300, y: 100, width: 244, height: 100 }, room)).toEqual(view)
    expect(viewWith(view, { x: 900, y: 100, width: 244, height: 100 }, room)).toEqual({ x: -184, y: 0, zoom: 1 })
    expect(viewWith(view, { x: 0, y: 900, width: 2000, height: 100 }, room)).toEqual({ x: 40, y: -464, zoom: 1 })
  })

  test('is its beginning where all of it could not be read', () => {
    const bounds = { x: 0, y: 0, width: 6000, height: 400 }
    const view = fitView(bounds, first, { width: 390, height: 700 })
    expect(view.zoom).toBe(0.5)
    expect(seen(first, view).x).toBe(16)
  })

  test('always has the first node in it', () => {
    const size = fc.integer({ min: 60, max: 9000 })
    fc.assert(
      fc.property(
        size,
        size,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 390, max: 2500 }),
        (width, height, at, room) => {
          const bounds = { x: -300, y: 50, width: width + 240, height: height + 60 }
          const start = { x: -300 + at * width, y: 50 + at * height, width: 240, height: 60 }
          const canvas = { width: room, height: 700 }
          const box = seen(start, fitView(bounds, start, canvas))
          expect(box.x).toBeGreaterThanOrEqual(-0.01)
          expect(box.y).toBeGreaterThanOrEqual(-0.01)
          expect(box.x + box.width).toBeLessThanOrEqual(canvas.width + 0.01)
          expect(box.y + box.height).toBeLessThanOrEqual(canvas.height + 0.01)
        },
      ),
    )
  })
})
