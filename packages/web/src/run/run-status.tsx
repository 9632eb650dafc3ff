import { CircleCheck, CircleDashed, CircleSlash, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'
import { labels } from '../panel/labels.ts'
import { formatMs } from './format-figures.ts'
import type { RunState } from './run-state.ts'
import styles from './run-status.module.css'

/** How the run stands, in a few words. Where it stands more than once, only one of them is `live` and told. */
export function RunStatus({ state, live }: { state: RunState; live: 'live' | 'silent' }) {
  const { look, text } = describe(state)
  const Icon = icons[look]
  return (
    <span role={live === 'live' ? 'status' : undefined} className={styles.status} data-look={look}>
      <Icon aria-hidden />
      {text}
    </span>
  )
}

const icons = {
  idle: CircleDashed,
  running: LoaderCircle,
  good: CircleCheck,
  handled: TriangleAlert,
  bad: CircleX,
  stopped: CircleSlash,
}

function describe(state: RunState): { look: keyof typeof icons; text: string } {
  const { statuses } = labels.run
  switch (state.name) {
    case 'idle':
      return { look: 'idle', text: statuses.idle }
    case 'refused':
      return { look: 'bad', text: statuses.refused }
    case 'running': {
      const waits = state.retryInMs
      return { look: 'running', text: waits === null ? statuses.running : statuses.waiting(formatMs(waits)) }
    }
    case 'ended': {
      const { status, usage } = state.record
      const time = formatMs(usage.wallMs)
      if (status === 'cancelled') return { look: 'stopped', text: statuses.cancelled }
      if (status === 'succeeded') return { look: 'good', text: statuses.succeeded(time) }
      return { look: status === 'exception' ? 'handled' : 'bad', text: statuses[status](time) }
    }
  }
}
