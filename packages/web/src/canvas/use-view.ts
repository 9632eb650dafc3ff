import { useReactFlow } from '@xyflow/react'
import { type RefObject, useEffect } from 'react'
import { useEditor } from '../store/editor-store.ts'
import { showNode } from './focus-node.ts'

export const fitOptions = { maxZoom: 1, padding: 0.12 }

/** The view follows what happens: another document, a result that takes room, a node that is opened. */
export function useView(wrapper: RefObject<HTMLElement | null>): void {
  const documentNumber = useEditor((state) => state.documentNumber)
  const isResultOpen = useEditor((state) => state.isResultOpen)
  const opened = useEditor((state) => state.panel?.id)
  const flow = useReactFlow()

  useEffect(() => {
    if (documentNumber === 0 && !isResultOpen) return
    // New nodes are measured, and the room is known, in the frames after they are drawn.
    const timer = setTimeout(() => void flow.fitView({ ...fitOptions, duration: 150 }), 60)
    return () => clearTimeout(timer)
  }, [documentNumber, isResultOpen, flow])

  useEffect(() => {
    if (opened === undefined) return
    const timer = setTimeout(() => {
      if (wrapper.current) showNode(wrapper.current, flow, opened)
    }, 60)
    return () => clearTimeout(timer)
  }, [opened, flow, wrapper])
}
