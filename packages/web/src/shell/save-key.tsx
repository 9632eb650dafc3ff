import { useEffect, useRef, useState } from 'react'
import { labels } from '../labels/editor.ts'
import { writeNow } from '../store/autosave.ts'
import { useKeeping } from '../store/keeping.ts'
import styles from './shell.module.css'

const shownMs = 4000

/** Work is kept as it is done; who presses Ctrl+S is told so, and the browser's own dialog for saving pages stays away. */
export function SaveKey() {
  const toast = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const hide = (): void => {
      if (toast.current?.matches(':popover-open')) toast.current.hidePopover()
      setText('')
    }
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return
      event.preventDefault()
      writeNow()
      clearTimeout(timer)
      timer = setTimeout(hide, shownMs)
      setText(useKeeping.getState().isFull ? labels.keeping.full : labels.app.saved)
      // Above dialogs, and the code where it fills the window.
      if (!toast.current?.matches(':popover-open')) toast.current?.showPopover()
    }
    // Before any field can use the key for itself.
    document.addEventListener('keydown', onKeyDown, true)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('keydown', onKeyDown, true)
    }
  }, [])
  return (
    <div ref={toast} popover="manual" role="status" className={styles.toast}>
      {text}
    </div>
  )
}
