import { useEffect, useRef, useState } from 'react'
import { labels } from '../labels/code-node.ts'
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

/** More could not be told apart by their colours. */
const mostSeries = 6
const byRow = ''

/** Numeric columns of a table, drawn; at first the one that comes first. */
export function ResultChart({ table, onShowTable }: { table: Table; onShowTable: () => void }) {
  const [kind, setKind] = useState<Kind>('bars')
  const [chosen, setChosen] = useState<readonly string[]>(table.numeric.slice(0, 1))
  const [label, setLabel] = useState(table.columns.find((name) => !table.numeric.includes(name)) ?? byRow)
  const chart = useRef<HTMLDivElement>(null)
  // In a narrow panel it would stand half below the window.
  useEffect(() => {
    // Newer browsers give a promise, which is no clean-up.
    chart.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const offered = table.numeric.slice(0, mostSeries)
  const columns = offered.filter((name) => chosen.includes(name))
  const toggle = (name: string) => {
    const next = columns.includes(name) ? columns.filter((it) => it !== name) : [...columns, name]
    // A chart of nothing says nothing.
    if (next.length > 0) setChosen(next)
  }
  return (
    <div ref={chart} className={styles.chart}>
      <div className={styles.bar}>
        <fieldset className={styles.series} aria-label={labels.chart.column}>
          {offered.map((name, at) => (
            <button
              key={name}
              type="button"
              aria-pressed={columns.includes(name)}
              data-series={at}
              onClick={() => toggle(name)}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <Field label={labels.chart.labels} className={styles.column}>
          {(control) => (
            <Select
              {...control}
              options={[
                ...table.columns.map((name) => ({ value: name, label: name })),
                { value: byRow, label: labels.chart.rowNumber },
              ]}
              value={label}
              onChange={setLabel}
            />
          )}
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
      <Drawing
        table={table}
        series={columns.map((name) => ({ name, colour: offered.indexOf(name) }))}
        label={label}
        kind={kind}
      />
      {table.rows.length > mostRows && <p className={styles.cut}>{labels.chart.cut(mostRows, table.rows.length)}</p>}
    </div>
  )
}

/** `colour`: the place of the column among those that are offered, so that it keeps its colour. */
type Drawn = { name: string; colour: number }
type DrawingProps = { table: Table; series: readonly Drawn[]; label: string; kind: Kind }

function Drawing({ table, series, label, kind }: DrawingProps) {
  const place = useRef<HTMLDivElement>(null)
  const frame = { ...margins, width: Math.max(240, useWidth(place, 480)) }
  const rows = table.rows.slice(0, mostRows)
  const values = series.map(({ name }) => rows.map((row) => (isNumber(row[name]) ? Number(row[name]) : null)))
  const { marks, baseline, barWidth, ticks } = layOutChart(values, frame)
  const nameOf = (index: number): string => (label === byRow ? String(index + 1) : toText(rows[index]?.[label]))
  const every = Math.ceil((rows.length * 70) / frame.width)
  const slot = (frame.width - frame.left - frame.right) / Math.max(1, rows.length)
  return (
    <div ref={place} className={styles.place}>
      <svg
        width={frame.width}
        height={frame.height}
        viewBox={`0 0 ${frame.width} ${frame.height}`}
        role="img"
        aria-label={labels.chart.name(series.map(({ name }) => name).join(', '), table.path, rows.length)}
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
        {series.map(({ name, colour }, at) => (
          <g key={name} data-series={colour}>
            {kind === 'line' && (
              <polyline
                points={(marks[at]?.points ?? []).map(({ x, y }) => `${x},${y}`).join(' ')}
                className={styles.line}
              />
            )}
            {(kind === 'bars' ? (marks[at]?.bars ?? []) : (marks[at]?.points ?? [])).map(({ index, value, x, y }) => {
              const about = labels.chart.point(nameOf(index), name, String(value))
              return kind === 'bars' ? (
                <rect
                  key={index}
                  x={x - barWidth / 2}
                  width={barWidth}
                  y={Math.min(y, baseline)}
                  height={Math.max(1, Math.abs(baseline - y))}
                  className={styles.mark}
                >
                  <title>{about}</title>
                </rect>
              ) : (
                <circle key={index} cx={x} cy={y} r={rows.length > 60 ? 1.5 : 3} className={styles.mark}>
                  <title>{about}</title>
                </circle>
              )
            })}
          </g>
        ))}
        {rows.map((_, index) =>
          index % every === 0 ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own; their place is all that tells them apart
            <text key={index} x={frame.left + slot * (index + 0.5)} y={frame.height - 6} textAnchor="middle">
              {cut(nameOf(index))}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  )
}

const shortNumber = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 })

function cut(text: string): string {
  return text.length <= 10 ? text : `${text.slice(0, 9)}…`
}
