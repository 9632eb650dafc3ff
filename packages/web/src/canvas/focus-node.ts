import type { useReactFlow, Viewport } from '@xyflow/react'
import { viewWith } from './fit-view.ts'

/** Longer than it takes to draw anything, also where the machine is busy with much else. */
const mostWaitMs = 30_000

type Flow = Pick<ReturnType<typeof useReactFlow>, 'getInternalNode' | 'getViewport' | 'setViewport'>

/** The node whose own element has the focus; null for what is inside of one, and for everything else. */
export function nodeIdAt(target: EventTarget | null): string | null {
  return target instanceof HTMLElement && target.classList.contains('react-flow__node')
    ? (target.dataset.id ?? null)
    : null
}

/** Moves the view as far as it takes to see all of a node; the view that it is then, or null where nothing moves. */
export function showNode(wrapper: HTMLElement, flow: Flow, id: string): Viewport | null {
  const node = flow.getInternalNode(id)
  if (!node) return null
  const { width = 0, height = 0 } = node.measured
  const before = flow.getViewport()
  const room = { width: wrapper.clientWidth, height: wrapper.clientHeight }
  const view = viewWith(before, { ...node.internals.positionAbsolute, width, height }, room)
  if (view.x === before.x && view.y === before.y) return null
  void flow.setViewport(view)
  return view
}

/** As `showNode`, when the node has been measured: of a new one only a later frame knows its size. Gives how to stop waiting. */
export function showWhenMeasured(flow: Flow, id: string, show: () => void): () => void {
  const until = performance.now() + mostWaitMs
  let frame = 0
  const attempt = (): void => {
    const isMeasured = (flow.getInternalNode(id)?.measured.width ?? 0) > 0
    if (isMeasured || performance.now() >= until) show()
    else frame = requestAnimationFrame(attempt)
  }
  frame = requestAnimationFrame(attempt)
  return () => cancelAnimationFrame(frame)
}

/** Gives a node the keyboard, after the view has gone to it where it is not seen. */
export function focusNode(wrapper: HTMLElement, flow: Flow, id: string): void {
  showNode(wrapper, flow, id)
  // Nodes out of view are not in the page; this one comes with the next frames, late on a busy machine. Who has gone elsewhere
  // meanwhile stays there.
  const until = performance.now() + mostWaitMs
  const from = document.activeElement
  // The body has the focus where the node that had it went out of view.
  const isWaiting = (): boolean => [from, document.body].includes(document.activeElement)
  const attempt = (): void => {
    const element = find(wrapper, id)
    if (element) element.focus({ preventScroll: true })
    else if (isWaiting() && performance.now() < until) requestAnimationFrame(attempt)
  }
  attempt()
}

function find(wrapper: HTMLElement, id: string): HTMLElement | null {
  return wrapper.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
}
