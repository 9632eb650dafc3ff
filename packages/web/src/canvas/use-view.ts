import { useNodesInitialized, useReactFlow, type Viewport } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useRef } from 'react'
import { nodesOf } from '../graph/access.ts'
import { currentDocument, useEditor } from '../store/editor-store.ts'
import { fitView } from './fit-view.ts'
import { showNode } from './focus-node.ts'

/** The view follows what happens: another document, a result that takes room, a node that is opened. */
export function useView(wrapper: RefObject<HTMLElement | null>): void {
  const documentNumber = useEditor((state) => state.documentNumber)
  const isResultOpen = useEditor((state) => state.isResultOpen)
  const opened = useEditor((state) => state.panel?.id)
  const flow = useReactFlow()
  const isMeasured = useNodesInitialized()
  const fitted = useRef<Viewport | null>(null)
  const fit = useCallback(
    (duration: number) => {
      const nodes = flow.getNodes()
      const start = nodesOf(currentDocument()).find(({ data }) => data.type === 'start')
      const first = nodes.find(({ id }) => id === start?.id) ?? nodes[0]
      if (!first || !wrapper.current) return
      const { clientWidth: width, clientHeight: height } = wrapper.current
      const view = fitView(flow.getNodesBounds(nodes), flow.getNodesBounds([first]), { width, height })
      fitted.current = view
      void flow.setViewport(view, { duration })
    },
    [flow, wrapper],
  )

  // Only what is there at first: a node that is added is measured, too, and must not move the view.
  const isFitted = useRef(false)
  useEffect(() => {
    if (!isMeasured || isFitted.current) return
    isFitted.current = true
    fit(0)
  }, [isMeasured, fit])

  useEffect(() => {
    if (documentNumber === 0 && !isResultOpen) return
    // New nodes are measured, and the room is known, in the frames after they are drawn.
    const timer = setTimeout(() => fit(150), 60)
    return () => clearTimeout(timer)
  }, [documentNumber, isResultOpen, fit])

  // A window that is made narrower, or a phone that is turned. Where people have moved the view, it is theirs.
  useEffect(() => {
    const follow = (): void => {
      if (fitted.current && isSameView(flow.getViewport(), fitted.current)) fit(0)
    }
    window.addEventListener('resize', follow)
    return () => window.removeEventListener('resize', follow)
  }, [flow, fit])

  useEffect(() => {
    if (opened === undefined) return
    const timer = setTimeout(() => {
      if (wrapper.current) showNode(wrapper.current, flow, opened)
    }, 60)
    return () => clearTimeout(timer)
  }, [opened, flow, wrapper])
}

function isSameView(one: Viewport, other: Viewport): boolean {
  return one.x === other.x && one.y === other.y && one.zoom === other.zoom
}
