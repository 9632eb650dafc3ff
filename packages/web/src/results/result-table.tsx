import { ArrowDown, ArrowUp } from 'lucide-react'
import { useState } from 'react'
import { labels } from '../labels/code-node.ts'
import { Button } from '../ui/button.tsx'
import type { Table } from './find-tables.ts'
import styles from './result-table.module.css'
import { nextSorting, type Sorting, sortRows, toText } from './sort-rows.ts'

const pageSize = 200

/** Rows with a heading that stays; each column can be sorted. */
export function ResultTable({ table }: { table: Table }) {
  const [sorting, setSorting] = useState<Sorting>(null)
  const [shown, setShown] = useState(pageSize)
  const rows = sortRows(table.rows, sorting)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <section className={styles.frame} aria-label={labels.table.name(table.path)} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              {table.columns.map((column) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={sorting?.column === column ? sorting.direction : undefined}
                  data-numeric={table.numeric.includes(column) || undefined}
                >
                  <button type="button" onClick={() => setSorting(nextSorting(sorting, column))}>
                    {column}
                    <SortIcon sorting={sorting} column={column} />
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no name of their own; their place is all that tells them apart
              <tr key={index}>
                {table.columns.map((column) => (
                  <td key={column} data-numeric={table.numeric.includes(column) || undefined}>
                    {toText(row[column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <p className={styles.more}>
          {labels.table.more(shown, rows.length)}
          <Button look="quiet" onClick={() => setShown(shown + pageSize)}>
            {labels.table.showAll}
          </Button>
        </p>
      )}
    </>
  )
}

function SortIcon({ sorting, column }: { sorting: Sorting; column: string }) {
  if (sorting?.column !== column) return null
  return sorting.direction === 'ascending' ? <ArrowUp aria-hidden /> : <ArrowDown aria-hidden />
}
