import { useEffect } from 'react'
import { labels } from '../labels/editor.ts'
import { undo, useEditor } from '../store/editor-store.ts'
import { Button } from '../ui/button.tsx'
import styles from './canvas.module.css'

const shownMs = 8000

/** What was just done, read out as well. */
export function Notice() {
  const notice = useEditor((state) => state.notice)
  useEffect(() => {
    if (!notice) return
    const timer = setTimeout(() => useEditor.setState({ notice: null }), shownMs)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className={styles.notice} role="status">
      {notice && (
        <div key={notice.number}>
          {notice.text}
          {notice.canUndo && (
            <Button look="quiet" onClick={undo}>
              {labels.ui.undo}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
