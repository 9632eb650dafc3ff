import { cloneElement, type ReactElement, useId, useRef, useState } from 'react'
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
  const [isShown, setShown] = useState(false)

  const show = () => {
    if (!anchor.current || !bubble.current || isShown) return
    bubble.current.showPopover()
    placeNear(anchor.current.firstElementChild ?? anchor.current, bubble.current, 'middle')
    setShown(true)
  }
  const hide = () => {
    if (bubble.current?.matches(':popover-open')) bubble.current.hidePopover()
    setShown(false)
  }
  const child = kind === 'description' ? cloneElement(children, { 'aria-describedby': id }) : children
  return (
    // The child is what people operate; this only watches it.
    // biome-ignore lint/a11y/noStaticElementInteractions: it watches its child and does nothing of its own
    <span
      ref={anchor}
      className={styles.anchor}
      onPointerEnter={(event) => event.pointerType === 'mouse' && show()}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) => event.target.matches(':focus-visible') && show()}
      onBlur={hide}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isShown) return
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
