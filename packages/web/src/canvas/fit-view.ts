export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** Smaller than this no title can be read: then only the beginning of the workflow is shown. */
const leastZoom = 0.5
const mostZoom = 1
/** Room around the nodes, in pixels of the window. */
const margin = 40

/**
 * Which part of a workflow is shown, and how large: all of it where that can be read, else what is around its first node.
 * `room`: the size of the canvas. The answer is where the origin lies in it.
 */
export function fitView(bounds: Box, first: Box, room: { width: number; height: number }) {
  const wanted = Math.min(
    (room.width - 2 * margin) / Math.max(1, bounds.width),
    (room.height - 2 * margin) / Math.max(1, bounds.height),
  )
  const zoom = Math.min(mostZoom, Math.max(leastZoom, wanted))
  const place = (start: number, length: number, firstStart: number, firstLength: number, space: number): number => {
    const isWhole = length * zoom <= space - 2 * margin + 1
    if (isWhole) return (space - length * zoom) / 2 - start * zoom
    // The first node is in view, and no more is empty on its side than the margin.
    const centred = space / 2 - (firstStart + firstLength / 2) * zoom
    return Math.min(margin - start * zoom, Math.max(space - margin - (start + length) * zoom, centred))
  }
  return {
    x: place(bounds.x, bounds.width, first.x, first.width, room.width),
    y: place(bounds.y, bounds.height, first.y, first.height, room.height),
    zoom,
  }
}
