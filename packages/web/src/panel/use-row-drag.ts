import { type PointerEvent, type RefObject, useState } from 'react'
import { type Extent, placeAt } from './drag-place.ts'

/** A drag that goes on: of which row, and where it would come to stand. */
export type RowDrag = { readonly from: number; readonly to: number }

/** Rows of a list that are moved by a handle, with a mouse, a pen or a finger. The move is told once, when it is let go. */
export function useRowDrag(list: RefObject<HTMLElement | null>, onMove: (from: number, to: number) => void) {
  const [drag, setDrag] = useState<(RowDrag & { pointer: number; rows: readonly Extent[] }) | null>(null)
  const isOf = (event: PointerEvent): boolean => drag?.pointer === event.pointerId
  const handle = (index: number) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0 || drag) return
      event.currentTarget.setPointerCapture(event.pointerId)
      const rows = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect())
      setDrag({ from: index, to: index, pointer: event.pointerId, rows })
    },
    onPointerMove: (event: PointerEvent) => {
      if (!drag || !isOf(event)) return
      const to = placeAt(drag.rows, drag.from, event.clientY)
      if (to !== drag.to) setDrag({ ...drag, to })
    },
    onPointerUp: (event: PointerEvent) => {
      if (!drag || !isOf(event)) return
      setDrag(null)
      // Asked anew: the last move before may not have been rendered yet, so `drag.to` can be one row behind.
      const to = placeAt(drag.rows, drag.from, event.clientY)
      if (to !== drag.from) onMove(drag.from, to)
    },
    onPointerCancel: (event: PointerEvent) => isOf(event) && setDrag(null),
  })
  return { drag: drag as RowDrag | null, handle, cancel: () => setDrag(null) }
}
