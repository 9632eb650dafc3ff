import { useReactFlow } from '@xyflow/react'
import { type FocusEvent, type KeyboardEvent, type RefObject, useCallback, useEffect, useRef } from 'react'
import type { GraphNode } from '../graph/document.ts'
import { closePanel, openPanel, select, useEditor } from '../store/editor-store.ts'
import { focusNode, nodeIdAt } from './focus-node.ts'

/** Keys on a node: Tab goes along the graph, Enter opens it, A adds one after it. The arrow keys are the canvas's own. */
export function useCanvasKeys(wrapper: RefObject<HTMLElement | null>, order: readonly GraphNode[]) {
  const flow = useReactFlow()
  const onFocus = useEntrance(wrapper, order)
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const id = nodeIdAt(event.target)
      if (id === null || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Enter') {
        event.preventDefault()
        select([id])
        openPanel(id, 'panel')
      } else if (event.key === 'a' || event.key === 'A') {
        event.preventDefault()
        select([id])
        openMenuAt(event.target as HTMLElement, id, order)
      } else if (event.key === 'Tab') {
        const next = neighbour(order, id, event.shiftKey ? -1 : 1)
        // At either end Tab goes on through the page.
        if (!next || !wrapper.current) return
        event.preventDefault()
        focusNode(wrapper.current, flow, next.id)
      }
    },
    [flow, order, wrapper],
  )
  return { onKeyDown, onKeyDownCapture: onEscape, onFocus }
}

/** Escape on a node closes what is open and leaves the keyboard with the node: the canvas itself would take it away. */
function onEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || nodeIdAt(event.target) === null) return
  event.preventDefault()
  event.stopPropagation()
  if (useEditor.getState().panel) closePanel()
  else select([])
}

/**
 * Tab comes in at the first node of the graph, Shift+Tab at its last: only nodes in view are in the page, and those before
 * the first of them would never be reached.
 */
function useEntrance(wrapper: RefObject<HTMLElement | null>, order: readonly GraphNode[]) {
  const flow = useReactFlow()
  /** The Tab that the browser is about to follow. */
  const tab = useRef<'forth' | 'back' | null>(null)
  useEffect(() => {
    const onKeyDown = ({ key, shiftKey, defaultPrevented }: globalThis.KeyboardEvent): void => {
      tab.current = key === 'Tab' && !defaultPrevented ? (shiftKey ? 'back' : 'forth') : null
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])
  return useCallback(
    ({ target, relatedTarget }: FocusEvent) => {
      const direction = tab.current
      tab.current = null
      if (direction === null || !wrapper.current || nodeIdAt(target) === null || nodeIdAt(relatedTarget) !== null)
        return
      const stops = stopsOf(order)
      const entrance = direction === 'forth' ? stops[0] : stops.at(-1)
      if (entrance) focusNode(wrapper.current, flow, entrance.id)
    },
    [flow, order, wrapper],
  )
}

function openMenuAt(element: HTMLElement, id: string, order: readonly GraphNode[]): void {
  const { right, top } = element.getBoundingClientRect()
  const isIteration = order.find((node) => node.id === id)?.data.type === 'iteration'
  const where = { after: id, handle: null }
  useEditor.setState({ adding: { at: { x: isIteration ? right - 40 : right + 12, y: top }, where } })
}

function neighbour(order: readonly GraphNode[], id: string, step: 1 | -1): GraphNode | undefined {
  const stops = stopsOf(order)
  const at = stops.findIndex((node) => node.id === id)
  return at === -1 ? undefined : stops[at + step]
}

function stopsOf(order: readonly GraphNode[]): readonly GraphNode[] {
  return order.filter((node) => node.data.type !== 'iteration-start' && node.type !== 'custom-note')
}
