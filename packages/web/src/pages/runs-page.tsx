import type { RunFilter, RunSummary } from 'codenode/client'
import { ListChecks } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'wouter'
import { labels } from '../labels/editor.ts'
import { formatMs } from '../labels/format-figures.ts'
import { formatMoment } from '../labels/format-times.ts'
import { StatusMark } from '../record/status-mark.tsx'
import { Empty, Failed, Loading } from '../shell/page-state.tsx'
import { usePageTitle } from '../shell/page-title.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import styles from './page.module.css'
import { useRunList } from './use-run-list.ts'

const statuses = ['queued', 'running', 'succeeded', 'partial-succeeded', 'exception', 'failed', 'cancelled'] as const
const kinds = ['workflow', 'node'] as const
type StatusChoice = (typeof statuses)[number] | ''
type KindChoice = (typeof kinds)[number] | ''

export function RunsPage() {
  usePageTitle(labels.runs.title)
  const [status, setStatus] = useState<StatusChoice>('')
  const [kind, setKind] = useState<KindChoice>('')
  const filter: RunFilter = { limit: 50, ...(status ? { status } : {}), ...(kind ? { kind } : {}) }
  const clear = () => {
    setStatus('')
    setKind('')
  }
  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>{labels.runs.title}</h1>
        <p className={styles.soft}>{labels.runs.live}</p>
      </div>
      <div className={styles.filters}>
        <Field label={labels.runs.status}>
          {(control) => <Select {...control} options={statusOptions} value={status} onChange={setStatus} />}
        </Field>
        <Field label={labels.runs.kind}>
          {(control) => <Select {...control} options={kindOptions} value={kind} onChange={setKind} />}
        </Field>
      </div>
      <RunTable filter={filter} onClear={status || kind ? clear : null} />
    </div>
  )
}

const all = { value: '' as const, label: labels.runs.all }
const statusOptions = [all, ...statuses.map((value) => ({ value, label: labels.status[value] }))]
const kindOptions = [all, ...kinds.map((value) => ({ value, label: labels.runs.kinds[value] }))]

function RunTable({ filter, onClear }: { filter: RunFilter; onClear: (() => void) | null }) {
  const { runs, error, hasMore, loadMore, retry } = useRunList(filter)
  if (!runs) return error ? <Failed error={error} onRetry={retry} /> : <Loading />
  if (runs.length === 0) {
    return (
      <Empty icon={<ListChecks aria-hidden />} title={onClear ? labels.runs.emptyFilter : labels.runs.empty}>
        {onClear ? <Button onClick={onClear}>{labels.runs.clear}</Button> : <p>{labels.runs.emptyHint}</p>}
      </Empty>
    )
  }
  return (
    <>
      <div className={styles.card}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{labels.runs.what}</th>
              <th scope="col">{labels.runs.status}</th>
              <th scope="col" className={styles.wide}>
                {labels.runs.kind}
              </th>
              <th scope="col" className={styles.wide}>
                {labels.runs.when}
              </th>
              <th scope="col" className={styles.number}>
                {labels.runs.took}
              </th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      </div>
      {hasMore && (
        <Button className={styles.more} onClick={loadMore}>
          {labels.runs.older}
        </Button>
      )}
    </>
  )
}

function RunRow({ run }: { run: RunSummary }) {
  const name = run.kind === 'workflow' ? run.workflow.name : run.node.title
  return (
    <tr>
      <td>
        <Link href={`/runs/${run.id}`} className={styles.link}>
          {name || labels.runs.untitled}
        </Link>
        <p className={`${styles.soft} ${styles.narrow}`}>
          <time dateTime={run.startedAt}>{formatMoment(run.startedAt)}</time>
        </p>
        {run.error && <p className={styles.soft}>{run.error.message.split('\n', 1)[0]?.slice(0, 160)}</p>}
        {run.rerunOf && <p className={styles.soft}>{labels.runs.repeated}</p>}
      </td>
      <td>
        <StatusMark status={run.status} />
      </td>
      <td className={`${styles.wide} ${styles.word}`}>{labels.runs.kinds[run.kind]}</td>
      <td className={styles.wide}>
        <time dateTime={run.startedAt}>{formatMoment(run.startedAt)}</time>
      </td>
      <td className={styles.number}>{run.durationMs === null ? '–' : formatMs(run.durationMs)}</td>
    </tr>
  )
}
