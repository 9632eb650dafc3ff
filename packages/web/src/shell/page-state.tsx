import { CircleAlert, LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { labels } from '../labels/editor.ts'
import { Button } from '../ui/button.tsx'
import styles from './shell.module.css'

export function Loading() {
  return (
    <div className={styles.state} role="status">
      <LoaderCircle aria-hidden className={styles.spinner} />
      <p>{labels.state.loading} …</p>
    </div>
  )
}

export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <div className={styles.state} role="alert">
      <CircleAlert aria-hidden />
      <p className={styles.stateTitle}>{labels.state.failed}</p>
      <p>{error instanceof Error ? error.message : String(error)}</p>
      {onRetry && <Button onClick={onRetry}>{labels.state.retry}</Button>}
    </div>
  )
}

export function Empty({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className={styles.state}>
      {icon}
      <p className={styles.stateTitle}>{title}</p>
      {children}
    </div>
  )
}
