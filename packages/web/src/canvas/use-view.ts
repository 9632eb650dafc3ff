import { useNodesInitialized, useReactFlow, type Viewport } from '@xyflow/react'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { nodesOf } from '../graph/access.ts'
import { currentDocument, useEditor } from '../store/editor-store.ts'
import { fitView } from './fit-view.ts'
import { showNode, showWhenMeasured } from './focus-node.ts'

/** The view follows what happens: another document, a panel or a result that takes room, a node that is opened. */
export function useView(wrapper: RefObject<HTMLElement | null>): void {
  const documentNumber = useEditor((state) => state.documentNumber)
  const opened = useEditor((state) => state.panel?.id)
  const flow = useReactFlow()
  const isMeasured = useNodesInitialized()
  /** The view as it was set here last: where people have moved it since, it is theirs. */
  const own = useRef<Viewport | null>(null)
  const fit = useCallback(() => {
    const nodes = flow.getNodes()
    const start = nodesOf(currentDocument()).find(({ data }) => data.type === 'start')
    const around = nodes.find(({ id }) => id === (useEditor.getState().panel?.id ?? start?.id)) ?? nodes[0]
    if (!around || !wrapper.current) return
    const { clientWidth: width, clientHeight: height } = wrapper.current
    own.current = fitView(flow.getNodesBounds(nodes), flow.getNodesBounds([around]), { width, height })
    // At once: a node that still moves takes the click of a quick hand for a drag, or is missed by it.
    void flow.setViewport(own.current)
  }, [flow, wrapper])

  const show = useCallback(
    (id: string | undefined) => {
      if (id === undefined || !wrapper.current) return
      const isOwn = isSameView(flow.getViewport(), own.current)
      const view = showNode(wrapper.current, flow, id)
      if (view && isOwn) own.current = view
    },
    [flow, wrapper],
  )

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

  // A panel or a result that takes room, a window that is made narrower, a phone that is turned: before it is drawn.
  useLayoutEffect(() => {
    if (!wrapper.current) return
    const observer = new ResizeObserver(() => {
      if (!isFitted.current) return
      if (isSameView(flow.getViewport(), own.current)) fit()
      else show(useEditor.getState().panel?.id)
    })
    observer.observe(wrapper.current)
    return () => observer.disconnect()
  }, [flow, wrapper, fit, show])

  // A node that is opened, and one that was added or pasted. It is measured first.
  const added = useAdded()
  useEffect(() => {
    return opened === undefined ? undefined : showWhenMeasured(flow, opened, () => show(opened))
  }, [flow, opened, show])
  useEffect(() => {
    return added === undefined ? undefined : showWhenMeasured(flow, added, () => show(added))
  }, [flow, added, show])
}

/** The node that was put in last, which is selected then. */
function useAdded(): string | undefined {
  const nodes = useEditor((state) => nodesOf(state.history.present))
  const known = useRef<ReadonlySet<string> | null>(null)
  const [added, setAdded] = useState<string>()
  useEffect(() => {
    const before = known.current
    known.current = new Set(nodes.map(({ id }) => id))
    if (before) setAdded((last) => useEditor.getState().selected.find((id) => !before.has(id)) ?? last)
  }, [nodes])
  return added
}

function isSameView(one: Viewport, other: Viewport | null): boolean {
  return other !== null && one.x === other.x && one.y === other.y && one.zoom === other.zoom
}
