import { formatPath, isObject } from 'codenode/contract'

/** An array of the result that reads as rows. */
export type Table = {
  /** Where it stands in the outputs, such as `report.rows`. */
  path: string
  columns: readonly string[]
  rows: readonly Row[]
  /** The columns that hold numbers and nothing else but null. */
  numeric: readonly string[]
}

export type Row = Readonly<Record<string, unknown>>

/** The column of an array whose elements are not objects. */
export const valueColumn = 'value'

const deepest = 4

/** Every array of objects in the outputs, and every array of numbers, in the order in which they stand. */
export function findTables(outputs: Readonly<Record<string, unknown>>): Table[] {
  return Object.entries(outputs).flatMap(([name, value]) => tablesIn(value, [name]))
}

function tablesIn(value: unknown, trail: readonly string[]): Table[] {
  if (Array.isArray(value)) return tablesOf(value, formatPath('', trail))
  if (!isObject(value) || trail.length === deepest) return []
  return Object.entries(value).flatMap(([name, member]) => tablesIn(member, [...trail, name]))
}

/** One, or none. */
function tablesOf(array: readonly unknown[], path: string): Table[] {
  const present = array.filter((element) => element !== null)
  if (present.length === 0) return []
  if (present.every(isObject)) {
    const rows = array.map((element) => (isObject(element) ? element : {}))
    const columns = [...new Set(present.flatMap((row) => Object.keys(row)))]
    return [{ path, columns, rows, numeric: columns.filter((column) => isNumeric(rows, column)) }]
  }
  if (!present.every(isNumber)) return []
  const rows = array.map((element) => ({ [valueColumn]: element }))
  return [{ path, columns: [valueColumn], rows, numeric: [valueColumn] }]
}

function isNumeric(rows: readonly Row[], column: string): boolean {
  const present = rows.map((row) => row[column]).filter((cell) => cell !== null && cell !== undefined)
  return present.length > 0 && present.every(isNumber)
}

export function isNumber(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}
