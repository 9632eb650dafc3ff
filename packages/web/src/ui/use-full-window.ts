import { type RefObject, useCallback, useEffect, useState } from 'react'

/**
 * Lets an element fill the window, above everything and with the rest out of reach; Escape leaves. The element is not
 * moved in the document, so that what is inside keeps its state.
 */
export function useFullWindow(element: RefObject<HTMLElement | null>, onLeave: () => void) {
  const [isFull, setFull] = useState(false)

  useEffect(() => {
    const shown = element.current
    if (!isFull || !shown) return
    shown.popover = 'manual'
    shown.showPopover()
    const asleep = makeRestInert(shown)
    return () => {
      for (const other of asleep) other.inert = false
      if (shown.matches(':popover-open')) shown.hidePopover()
      shown.popover = null
      onLeave()
    }
  }, [isFull, element, onLeave])

  const toggle = useCallback(() => setFull((is) => !is), [])
  const leave = useCallback(() => setFull(false), [])
  return { isFull, toggle, leave }
}

/** Everything beside the element and its ancestors; the answer is what was awake before. */
function makeRestInert(element: HTMLElement): HTMLElement[] {
  const asleep: HTMLElement[] = []
  for (let at = element; at.parentElement && at !== document.body; at = at.parentElement) {
    for (const other of at.parentElement.children) {
      if (other === at || !(other instanceof HTMLElement) || other.inert) continue
      other.inert = true
      asleep.push(other)
    }
  }
  return asleep
}
