export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
export type View = { x: number; y: number; zoom: number }
type Room = { width: number; height: number }

/** Smaller than this no title can be read: then only the beginning of the workflow is shown. */
const leastZoom = 0.5
/** On a phone the whole shape of a small workflow says more than two of its titles. */
const leastZoomNarrow = 0.28
const narrow = 640
const mostZoom = 1

/** Room around the nodes, in pixels of the window; at the foot of the canvas stand the buttons for its zoom. */
export function marginsIn({ width }: { width: number }) {
  const side = width < narrow ? 16 : 40
  return { left: side, right: side, top: 40, bottom: 64 }
}

/** For who asks to see all of it, however small: options of the canvas's own fitting. */
export const fitAll = { maxZoom: 1, padding: { x: '40px', top: '40px', bottom: '64px' } } as const

/**
 * Which part of a workflow is shown, and how large: all of it where that can be read, else what is around one node.
 * `room`: the size of the canvas. The answer is where the origin lies in it.
 */
export function fitView(bounds: Box, around: Box, room: Room): View {
  const { left, right, top, bottom } = marginsIn(room)
  const wanted = Math.min(
    (room.width - left - right) / Math.max(1, bounds.width),
    (room.height - top - bottom) / Math.max(1, bounds.height),
  )
  const isWhole = wanted >= (room.width < narrow ? leastZoomNarrow : leastZoom)
  const zoom = isWhole ? Math.min(mostZoom, wanted) : leastZoom
  return {
    x: place(
      [bounds.x * zoom, bounds.width * zoom],
      [around.x * zoom, around.width * zoom],
      [left, room.width - right],
    ),
    y: place(
      [bounds.y * zoom, bounds.height * zoom],
      [around.y * zoom, around.height * zoom],
      [top, room.height - bottom],
    ),
    zoom,
  }
}

type Span = readonly [start: number, length: number]

/** In the middle where all has room; else the one node is in view, and no more is empty on its side than the margin. */
function place([start, length]: Span, [oneStart, oneLength]: Span, [from, to]: readonly [number, number]): number {
  if (length <= to - from + 1) return (from + to - length) / 2 - start
  const centred = (from + to) / 2 - (oneStart + oneLength / 2)
  return Math.min(from - start, Math.max(to - (start + length), centred))
}

/** The view, moved no farther than it takes to see all of a node. */
export function viewWith(view: View, node: Box, room: Room): View {
  const { left, right, top, bottom } = marginsIn(room)
  const move = (start: number, length: number, from: number, to: number): number => {
    if (start >= from && start + length <= to) return 0
    // Of a node that is larger than the room, the beginning is seen.
    return start < from || length > to - from ? from - start : to - (start + length)
  }
  const { x, y, zoom } = view
  return {
    x: x + move(node.x * zoom + x, node.width * zoom, left, room.width - right),
    y: y + move(node.y * zoom + y, node.height * zoom, top, room.height - bottom),
    zoom,
  }
}
