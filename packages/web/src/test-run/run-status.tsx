import { CircleCheck, CircleDashed, CircleSlash, CircleX, LoaderCircle, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { labels } from '../labels/code-node.ts'
import { formatMs, formatTook } from '../labels/format-figures.ts'
import { isUnderWay, type RunState } from '../run-state/node-run-state.ts'
import styles from './run-status.module.css'

/** How the run stands, in a few words; while it goes on, for how long. `beganAtMs`: of this page's clock. */
export function RunStatus({ state, beganAtMs }: { state: RunState; beganAtMs: number }) {
  const { look, text } = describe(state)
  const Icon = icons[look]
  return (
    <span className={styles.status} data-look={look}>
      <Icon aria-hidden />
      <span role="status">{text}</span>
      {isUnderWay(state) && <Elapsed sinceMs={beganAtMs} />}
    </span>
  )
}

/** For the eye: read out, it would never stop. */
function Elapsed({ sinceMs }: { sinceMs: number }) {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 100)
    return () => clearInterval(timer)
  }, [])
  return (
    <span className={styles.elapsed} aria-hidden>
      {labels.run.elapsed(Math.max(0, nowMs - sinceMs))}
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
    case 'preparing':
      return { look: 'running', text: statuses.preparing(state.title) }
    case 'running': {
      const waits = state.retryInMs
      return { look: 'running', text: waits === null ? statuses.running : statuses.waiting(formatMs(waits)) }
    }
    case 'ended': {
      const { status, usage } = state.record
      const time = formatTook(usage, statuses.took)
      if (status === 'cancelled') return { look: 'stopped', text: statuses.cancelled }
      if (status === 'succeeded') return { look: 'good', text: statuses.succeeded(time) }
      return { look: status === 'exception' ? 'handled' : 'bad', text: statuses[status](time) }
    }
  }
}
