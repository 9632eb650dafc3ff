import { X } from 'lucide-react'
import { useEffect } from 'react'
import { labels } from '../labels.ts'
import { type NoticeAction, undo, useEditor } from '../store/editor-store.ts'
import { Button, IconButton } from '../ui/button.tsx'
import styles from './canvas.module.css'

const shownMs = 8000

const dismiss = (): void => useEditor.setState({ notice: null })

function isLasting(action: NoticeAction | null): action is Exclude<NoticeAction, 'undo'> {
  return action !== null && action !== 'undo'
}

/** What was just done, read out as well. */
export function Notice() {
  const notice = useEditor((state) => state.notice)
  useEffect(() => {
    if (!notice || isLasting(notice.action)) return
    const timer = setTimeout(dismiss, shownMs)
    return () => clearTimeout(timer)
  }, [notice])
  return (
    <div className={styles.notice} role="status">
      {notice && (
        <div key={notice.number}>
          {notice.text}
          {notice.action === 'undo' && (
            <Button look="quiet" onClick={undo}>
              {labels.ui.undo}
            </Button>
          )}
          {isLasting(notice.action) && (
            <>
              <Button look="quiet" onClick={notice.action.act}>
                {notice.action.label}
              </Button>
              <IconButton label={labels.ui.close} icon={<X />} onClick={dismiss} />
            </>
          )}
        </div>
      )}
    </div>
  )
}
