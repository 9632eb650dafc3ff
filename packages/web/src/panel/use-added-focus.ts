import { type RefObject, useLayoutEffect, useRef } from 'react'

/** Puts the focus into the first field of what was just added: the last child of the list. */
export function useAddedFocus<List extends HTMLElement>(list: RefObject<List | null>): () => void {
  const isAwaited = useRef(false)
  useLayoutEffect(() => {
    const field = isAwaited.current && list.current?.lastElementChild?.querySelector<HTMLElement>(fields)
    if (!field) return
    isAwaited.current = false
    field.focus()
    if (field instanceof HTMLInputElement) field.select()
  })
  return () => {
    isAwaited.current = true
  }
}

const fields = 'input, select, textarea, [aria-haspopup="listbox"]'
