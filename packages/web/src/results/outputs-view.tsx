import { useState } from 'react'
import { labels } from '../labels/code-node.ts'
import type { ResultView } from '../run-state/node-tests.ts'
import { Field } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { Select } from '../ui/select.tsx'
import { findTables } from './find-tables.ts'
import styles from './outputs-view.module.css'
import { ResultChart } from './result-chart.tsx'
import { ResultJson } from './result-json.tsx'
import { ResultTable } from './result-table.tsx'
import { ValueTree } from './value-tree.tsx'

type OutputsViewProps = {
  outputs: Readonly<Record<string, unknown>>
  /** How they are looked at first. Default: `tree`. */
  view?: ResultView
  onView?: (view: ResultView) => void
}

/** The outputs of a run, in the ways that fit them. */
export function OutputsView({ outputs, view: first = 'tree', onView }: OutputsViewProps) {
  const [wanted, setWanted] = useState<ResultView>(first)
  const setView = (view: ResultView): void => {
    setWanted(view)
    onView?.(view)
  }
  const [path, setPath] = useState('')
  const tables = findTables(outputs)
  const charts = tables.filter(({ numeric }) => numeric.length > 0)
  const views = viewsFor(tables.length, charts.length)
  const view = views.includes(wanted) ? wanted : 'tree'
  const offered = view === 'chart' ? charts : tables
  const table = offered.find((one) => one.path === path) ?? offered[0]
  if (Object.keys(outputs).length === 0) return <p className={styles.empty}>{labels.run.emptyOutputs}</p>
  return (
    <div className={styles.outputs}>
      <div className={styles.bar}>
        <Segments
          label={labels.run.view}
          value={view}
          onChange={setView}
          options={views.map((value) => ({ value, label: labels.run.views[value] }))}
        />
        {(view === 'table' || view === 'chart') && offered.length > 1 && table && (
          <Field label={labels.run.whichTable} className={styles.which}>
            {(control) => (
              <Select
                {...control}
                options={offered.map((one) => ({ value: one.path, label: one.path }))}
                value={table.path}
                onChange={setPath}
              />
            )}
          </Field>
        )}
      </div>
      {view === 'tree' && <ValueTree value={outputs} />}
      {view === 'json' && <ResultJson value={outputs} />}
      {view === 'table' && table && <ResultTable key={table.path} table={table} />}
      {view === 'chart' && table && <ResultChart key={table.path} table={table} onShowTable={() => setView('table')} />}
    </div>
  )
}

function viewsFor(tables: number, charts: number): ResultView[] {
  return ['tree', ...(tables > 0 ? ['table' as const] : []), ...(charts > 0 ? ['chart' as const] : []), 'json']
}
