export type Box = { left: number; top: number; width: number; height: number }
export type Alignment = 'start' | 'middle' | 'end'
type Size = { width: number; height: number }

const gap = 4
const margin = 8

/** Puts a fixed element under an anchor, or above it where there is more room. */
export function placeNear(anchor: Element, floating: HTMLElement, alignment: Alignment): void {
  const view = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight }
  const { left, top } = choosePlace(anchor.getBoundingClientRect(), floating.getBoundingClientRect(), view, alignment)
  floating.style.left = `${left}px`
  floating.style.top = `${top}px`
}

/** Below if it fits there or there is more room than above; never outside the view. */
export function choosePlace(
  anchor: Box,
  floating: Size,
  view: Size,
  alignment: Alignment,
): { left: number; top: number } {
  const bottom = anchor.top + anchor.height
  const roomBelow = view.height - bottom
  const isBelow = roomBelow >= floating.height + gap + margin || roomBelow >= anchor.top
  const top = isBelow ? bottom + gap : anchor.top - gap - floating.height
  const spare = anchor.width - floating.width
  const left = anchor.left + { start: 0, middle: spare / 2, end: spare }[alignment]
  return {
    left: between(margin, left, view.width - floating.width - margin),
    top: between(margin, top, view.height - floating.height - margin),
  }
}

/** The lower bound wins where there is too little room. */
function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most))
}
