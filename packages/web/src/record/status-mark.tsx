import {
  CircleCheck,
  CircleDashed,
  CircleMinus,
  CircleSlash,
  CircleX,
  LoaderCircle,
  RotateCw,
  TriangleAlert,
} from 'lucide-react'
import { labels } from '../labels/editor.ts'
import type { ShownStatus } from '../run-state/step.ts'
import styles from './status-mark.module.css'

const icons = {
  queued: CircleDashed,
  starting: LoaderCircle,
  running: LoaderCircle,
  retry: RotateCw,
  succeeded: CircleCheck,
  'partial-succeeded': TriangleAlert,
  exception: TriangleAlert,
  failed: CircleX,
  skipped: CircleMinus,
  cancelled: CircleSlash,
  interrupted: CircleSlash,
  waiting: CircleDashed,
} satisfies Record<ShownStatus, unknown>

/** How a run or a node of it stands: an icon, and the word beside it. */
export function StatusMark({ status }: { status: ShownStatus }) {
  const Icon = icons[status]
  return (
    <span className={styles.mark} data-status={status}>
      <Icon aria-hidden />
      {labels.status[status]}
    </span>
  )
}
