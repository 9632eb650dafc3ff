import { ApiError, type RunDocument } from 'codenode/client'
import { ArrowLeft } from 'lucide-react'
import { Link } from 'wouter'
import { labels } from '../labels/editor.ts'
import { formatBytes, formatLevel, formatMs } from '../labels/format-figures.ts'
import { formatMoment } from '../labels/format-times.ts'
import { StatusMark } from '../record/status-mark.tsx'
import type { WorkflowRun } from '../run-state/workflow-run.ts'
import { Empty, Failed, Loading } from '../shell/page-state.tsx'
import { usePageTitle } from '../shell/page-title.ts'
import { Problems } from '../ui/field.tsx'
import styles from './page.module.css'
import { RunActions } from './run-actions.tsx'
import { RunBody } from './run-body.tsx'
import { useRun } from './use-run.ts'
import { useRunAgain } from './use-run-again.ts'

export function RunPage({ id }: { id: string }) {
  const [shown, again] = useRun(id)
  return (
    <div className={styles.page}>
      <Link href="/runs" className={`${styles.link} ${styles.back}`}>
        <ArrowLeft aria-hidden size={14} /> {labels.run.back}
      </Link>
      {shown.name === 'loading' && <Loading />}
      {shown.name === 'failed' && <NotShown error={shown.error} onRetry={again} />}
      {shown.name === 'ready' && <Run run={shown.run} live={shown.live} />}
    </div>
  )
}

function NotShown({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const isMissing = error instanceof ApiError && error.code === 'run_not_found'
  return isMissing ? <Empty title={labels.run.missing} /> : <Failed error={error} onRetry={onRetry} />
}

function Run({ run, live }: { run: RunDocument; live: WorkflowRun }) {
  const again = useRunAgain(run.id)
  const title = ('workflow' in run ? run.workflow.name : run.node.title) || labels.runs.untitled
  usePageTitle(title)
  return (
    <>
      <div className={styles.head}>
        <h1>{title}</h1>
        <RunActions run={run} again={again} />
      </div>
      <Problems problems={again.problem ? [again.problem] : []} />
      <Facts run={run} />
      <RunBody run={run} live={live} onRerun={again.rerunNode} />
    </>
  )
}

function Facts({ run }: { run: RunDocument }) {
  const usage = 'usage' in run ? run.usage : null
  const facts: [string, string][] = [
    [labels.run.started, formatMoment(run.startedAt)],
    ...(usage
      ? ([
          [labels.run.took, formatMs(usage.wallMs)],
          [labels.run.queued, formatMs(usage.queuedMs)],
          [labels.run.cpu, formatMs(usage.cpuMs)],
          [labels.run.memory, formatBytes(usage.peakMemoryBytes)],
        ] satisfies [string, string][])
      : []),
    ...('isolation' in run
      ? ([[labels.run.isolation, formatLevel(run.isolation.level)]] satisfies [string, string][])
      : []),
  ]
  return (
    <div className={styles.card}>
      <dl className={styles.facts}>
        <div>
          <dt>{labels.runs.status}</dt>
          <dd>
            <span role="status">
              <StatusMark status={run.status} />
            </span>
          </dd>
        </div>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
