import type { useReactFlow } from '@xyflow/react'

type Flow = Pick<ReturnType<typeof useReactFlow>, 'getInternalNode' | 'setCenter' | 'getZoom'>

/** The node whose own element has the focus; null for what is inside of one, and for everything else. */
export function nodeIdAt(target: EventTarget | null): string | null {
  return target instanceof HTMLElement && target.classList.contains('react-flow__node')
    ? (target.dataset.id ?? null)
    : null
}

/** Moves the view to a node that is not wholly seen. */
export function showNode(wrapper: HTMLElement, flow: Flow, id: string): void {
  const element = find(wrapper, id)
  if (element && isInside(element, wrapper)) return
  const node = flow.getInternalNode(id)
  if (!node) return
  const { x, y } = node.internals.positionAbsolute
  const { width = 0, height = 0 } = node.measured
  void flow.setCenter(x + width / 2, y + height / 2, { zoom: flow.getZoom() })
}

/** Gives a node the keyboard, after the view has gone to it where it is not seen. */
export function focusNode(wrapper: HTMLElement, flow: Flow, id: string): void {
  showNode(wrapper, flow, id)
  // Nodes out of view are not in the page; this one comes with the next frames.
  let tries = 0
  const attempt = (): void => {
    const element = find(wrapper, id)
    if (element) element.focus({ preventScroll: true })
    else if (++tries < 30) requestAnimationFrame(attempt)
  }
  attempt()
}

function find(wrapper: HTMLElement, id: string): HTMLElement | null {
  return wrapper.querySelector(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
}

function isInside(element: HTMLElement, wrapper: HTMLElement): boolean {
  const one = element.getBoundingClientRect()
  const view = wrapper.getBoundingClientRect()
  return one.left >= view.left && one.right <= view.right && one.top >= view.top && one.bottom <= view.bottom
}
