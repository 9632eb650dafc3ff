import { CircleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { labels } from '../labels/editor.ts'
import { Button } from '../ui/button.tsx'
import styles from './shell.module.css'

type Props = { children: ReactNode }
type State = { error: Error | null }

/** What breaks in a page stays in it: the rest of the app goes on, and the workflow is kept anyway. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (!error) return this.props.children
    return (
      <div className={styles.state} role="alert">
        <CircleAlert aria-hidden />
        <p className={styles.stateTitle}>{labels.state.broken}</p>
        <p>{labels.state.brokenHint}</p>
        <p>{error.message}</p>
        <Button look="primary" onClick={() => location.reload()}>
          {labels.state.reload}
        </Button>
      </div>
    )
  }
}
