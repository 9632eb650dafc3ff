import { stringifyLossless } from 'codenode/contract'
import { isNumber, type Row } from './find-tables.ts'

export type Sorting = { column: string; direction: 'ascending' | 'descending' } | null

/** A column is sorted upwards, then downwards, then the rows stand as they came. */
export function nextSorting(sorting: Sorting, column: string): Sorting {
  if (sorting?.column !== column) return { column, direction: 'ascending' }
  return sorting.direction === 'ascending' ? { column, direction: 'descending' } : null
}

/** Numbers by size, everything else as text; what is missing comes last either way. */
export function sortRows(rows: readonly Row[], sorting: Sorting): readonly Row[] {
  if (!sorting) return rows
  const { column, direction } = sorting
  const sign = direction === 'ascending' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [a[column] ?? null, b[column] ?? null]
    if (left === null || right === null) return Number(left === null) - Number(right === null)
    return sign * compare(left, right)
  })
}

function compare(a: unknown, b: unknown): number {
  if (isNumber(a) && isNumber(b)) return a < b ? -1 : Number(a > b)
  return toText(a).localeCompare(toText(b), undefined, { numeric: true })
}

/** A cell in words. */
export function toText(value: unknown): string {
  if (value === undefined) return ''
  return typeof value === 'string' ? value : stringifyLossless(value)
}
