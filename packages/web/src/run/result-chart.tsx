import { useRef, useState } from 'react'
import { labels } from '../panel/labels.ts'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Segments } from '../ui/segments.tsx'
import { Select } from '../ui/select.tsx'
import { useWidth } from '../ui/use-width.ts'
import { layOutChart } from './chart-geometry.ts'
import { isNumber, type Table } from './find-tables.ts'
import styles from './result-chart.module.css'
import { toText } from './sort-rows.ts'

type Kind = 'bars' | 'line'

const margins = { height: 240, left: 52, right: 8, top: 10, bottom: 24 }
/** More would be less than a pixel each. */
const mostRows = 500

/** A numeric column of a table, drawn. */
export function ResultChart({ table, onShowTable }: { table: Table; onShowTable: () => void }) {
  const [kind, setKind] = useState<Kind>('bars')
  const [wanted, setWanted] = useState('')
  const column = table.numeric.includes(wanted) ? wanted : (table.numeric[0] ?? '')
  const columns = table.numeric.map((name) => ({ value: name, label: name }))
  return (
    <div className={styles.chart}>
      <div className={styles.bar}>
        <Field label={labels.chart.column} className={styles.column}>
          {(control) => <Select {...control} options={columns} value={column} onChange={setWanted} />}
        </Field>
        <Segments
          label={labels.chart.kind}
          value={kind}
          onChange={setKind}
          options={[
            { value: 'bars', label: labels.chart.bars },
            { value: 'line', label: labels.chart.line },
          ]}
        />
        <Button look="quiet" onClick={onShowTable}>
          {labels.chart.showTable}
        </Button>
      </div>
      <Drawing table={table} column={column} kind={kind} />
      {table.rows.length > mostRows && <p className={styles.cut}>{labels.chart.cut(mostRows, table.rows.length)}</p>}
    </div>
  )
}

function Drawing({ table, column, kind }: { table: Table; column: string; kind: Kind }) {
  const place = useRef<HTMLDivElement>(null)
  const frame = { ...margins, width: Math.max(240, useWidth(place, 480)) }
  const rows = table.rows.slice(0, mostRows)
  const series = rows.map((row) => (isNumber(row[column]) ? Number(row[column]) : null))
  const { marks, baseline, barWidth, ticks } = layOutChart(series, frame)
  const names = table.columns.find((name) => !table.numeric.includes(name))
  const nameOf = (index: number): string => (names ? toText(rows[index]?.[names]) : String(index + 1))
  const every = Math.ceil((rows.length * 70) / frame.width)
  return (
    <div ref={place} className={styles.place}>
      <svg
        width={frame.width}
        height={frame.height}
        viewBox={`0 0 ${frame.width} ${frame.height}`}
        role="img"
        aria-label={labels.chart.name(column, table.path, rows.length)}
        className={styles.drawing}
      >
        {ticks.map(({ value, y }) => (
          <g key={value}>
            <line x1={frame.left} x2={frame.width - frame.right} y1={y} y2={y} className={styles.grid} />
            <text x={frame.left - 6} y={y + 4} textAnchor="end">
              {shortNumber.format(value)}
            </text>
          </g>
        ))}
        <line x1={frame.left} x2={frame.width - frame.right} y1={baseline} y2={baseline} className={styles.axis} />
        {kind === 'line' && (
          <polyline points={marks.map(({ x, y }) => `${x},${y}`).join(' ')} className={styles.line} />
        )}
        {marks.map(({ index, value, x, y }) => (
          <g key={index}>
            {kind === 'bars' ? (
              <rect
                x={x - barWidth / 2}
                width={barWidth}
                y={Math.min(y, baseline)}
                height={Math.max(1, Math.abs(baseline - y))}
                className={styles.mark}
              >
                <title>{labels.chart.point(nameOf(index), String(value))}</title>
              </rect>
            ) : (
              <circle cx={x} cy={y} r={marks.length > 60 ? 1.5 : 3} className={styles.mark}>
                <title>{labels.chart.point(nameOf(index), String(value))}</title>
              </circle>
            )}
            {index % every === 0 && (
              <text x={x} y={frame.height - 6} textAnchor="middle">
                {cut(nameOf(index))}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  )
}

const shortNumber = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })

function cut(text: string): string {
  return text.length <= 10 ? text : `${text.slice(0, 9)}…`
}
