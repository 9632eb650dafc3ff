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
  const fit = useCallback(() => {
    const nodes = flow.getNodes()
    const start = nodesOf(currentDocument()).find(({ data }) => data.type === 'start')
    const first = nodes.find(({ id }) => id === start?.id) ?? nodes[0]
    if (!first || !wrapper.current) return
    const { clientWidth: width, clientHeight: height } = wrapper.current
    const view = fitView(flow.getNodesBounds(nodes), flow.getNodesBounds([first]), { width, height })
    fitted.current = view
    // At once: a node that still moves takes the click of a quick hand for a drag, or is missed by it.
    void flow.setViewport(view)
  }, [flow, wrapper])

  // Only what is there at first: a node that is added is measured, too, and must not move the view.
  const isFitted = useRef(false)
  useEffect(() => {
    if (!isMeasured || isFitted.current) return
    isFitted.current = true
    fit()
  }, [isMeasured, fit])

  useEffect(() => {
    if (documentNumber > 0) fit()
  }, [documentNumber, fit])

  // A result that takes room, a window that is made narrower, a phone that is turned. Where people have moved the view, it is theirs.
  const follow = useCallback(() => {
    if (fitted.current && isSameView(flow.getViewport(), fitted.current)) fit()
  }, [flow, fit])
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it opens and closes, the room is another
  useEffect(follow, [isResultOpen, follow])
  useEffect(() => {
    window.addEventListener('resize', follow)
    return () => window.removeEventListener('resize', follow)
  }, [follow])

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
