import { type ReactNode, useId } from 'react'
import styles from './panel.module.css'

/** A part of the panel under its heading. */
export function Section({ heading, action, children }: { heading: string; action?: ReactNode; children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={styles.section}>
      <header className={styles.head}>
        <h3 id={id}>{heading}</h3>
        {action}
      </header>
      {children}
    </section>
  )
}
