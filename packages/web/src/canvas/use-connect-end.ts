import { type OnConnectEnd, useReactFlow } from '@xyflow/react'
import { useCallback } from 'react'
import { useEditor } from '../store/editor-store.ts'

/** A connection that is let go over empty ground asks which node is to be added there. */
export function useConnectEnd(): OnConnectEnd {
  const { getInternalNode } = useReactFlow()
  return useCallback<OnConnectEnd>(
    (event, { isValid, toNode, fromHandle, fromPosition, to }) => {
      if (isValid || toNode || fromHandle?.type !== 'source' || fromPosition === null || to === null) return
      if (!getInternalNode(fromHandle.nodeId)) return
      const point = 'changedTouches' in event ? event.changedTouches[0] : event
      if (!point) return
      const at = { x: point.clientX, y: point.clientY }
      useEditor.setState({ adding: { at, where: { after: fromHandle.nodeId, handle: fromHandle.id ?? 'source' } } })
    },
    [getInternalNode],
  )
}
