import { cloneElement, type ReactElement, useCallback, useEffect, useId, useRef, useState } from 'react'
import { placeNear } from './place-near.ts'
import styles from './tooltip.module.css'

type Target = ReactElement<{ 'aria-describedby'?: string | undefined }>

type TooltipProps = {
  text: string
  /** `description`: read after the name of the child. `name`: the child says the same itself. Default: `description`. */
  kind?: 'description' | 'name'
  children: Target
}

/** Shows a text while its child is pointed at or focused; Escape hides it. */
export function Tooltip({ text, kind = 'description', children }: TooltipProps) {
  const id = useId()
  const anchor = useRef<HTMLSpanElement>(null)
  const bubble = useRef<HTMLSpanElement>(null)
  const [shownBy, setShownBy] = useState<'pointer' | 'focus' | null>(null)

  const place = useCallback(() => {
    if (!anchor.current || !bubble.current) return
    placeNear(anchor.current.firstElementChild ?? anchor.current, bubble.current, 'middle')
  }, [])
  const show = (by: 'pointer' | 'focus') => {
    if (!bubble.current || shownBy !== null) return
    bubble.current.showPopover()
    place()
    setShownBy(by)
  }
  const hide = useCallback(() => {
    if (bubble.current?.matches(':popover-open')) bubble.current.hidePopover()
    setShownBy(null)
  }, [])
  // What is pointed at scrolls away from the pointer; what takes the focus is scrolled to, and keeps its hint.
  useEffect(() => {
    if (shownBy === null) return
    const onScroll = shownBy === 'pointer' ? hide : place
    document.addEventListener('scroll', onScroll, true)
    return () => document.removeEventListener('scroll', onScroll, true)
  }, [shownBy, hide, place])
  const child = kind === 'description' ? cloneElement(children, { 'aria-describedby': id }) : children
  return (
    // The child is what people operate; this only watches it.
    // biome-ignore lint/a11y/noStaticElementInteractions: it watches its child and does nothing of its own
    <span
      ref={anchor}
      className={styles.anchor}
      onPointerEnter={(event) => event.pointerType === 'mouse' && show('pointer')}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show('focus')}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || shownBy === null) return
        event.stopPropagation()
        hide()
      }}
    >
      {child}
      <span ref={bubble} id={id} role="tooltip" popover="manual" className={styles.bubble}>
        {text}
      </span>
    </span>
  )
}
