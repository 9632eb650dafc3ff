import type { ReactNode } from 'react'
import { labels } from '../labels/editor.ts'
import { keepMine, takeOther } from '../store/keep.ts'
import { type Keeping, useKeeping } from '../store/keeping.ts'
import { forgetUnreadable } from '../store/unreadable.ts'
import { Button } from '../ui/button.tsx'
import { downloadText, exportFile } from './import-workflow.ts'
import styles from './keeping-notice.module.css'

/** What people have to decide or to do so that nothing of their work is lost. It stays until they have. */
export function KeepingNotice() {
  const { other, isFull, unreadable } = useKeeping()
  return (
    <div className={styles.notices} role="status">
      {other.name !== 'none' && <OtherVersion name={other.name} />}
      {isFull && (
        <Entry text={labels.keeping.full}>
          <Button onClick={exportFile}>{labels.keeping.export}</Button>
        </Entry>
      )}
      {unreadable !== null && (
        <Entry text={labels.keeping.unreadable}>
          <Button onClick={() => downloadText('workflow-of-before.json', unreadable, 'application/json')}>
            {labels.keeping.download}
          </Button>
          <Button look="quiet" onClick={forgetUnreadable}>
            {labels.keeping.forget}
          </Button>
        </Entry>
      )}
    </div>
  )
}

function OtherVersion({ name }: { name: Exclude<Keeping['other']['name'], 'none'> }) {
  return (
    <Entry text={labels.keeping[name]}>
      <Button onClick={takeOther}>{labels.keeping.take}</Button>
      <Button onClick={keepMine}>{labels.keeping.keep}</Button>
    </Entry>
  )
}

function Entry({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div>
      <span>{text}</span>
      {children}
    </div>
  )
}
