import stringWidth from 'string-width'
import { isObject } from '../contract/values.ts'
import { numberText } from '../json/exact-numbers.ts'
import { stringifyLossless } from '../json/json.ts'
import { cutTo, padTo } from './columns.ts'
import { tellPictures } from './picture.ts'
import { type Paint, showSafely } from './terminal.ts'

/** How much of one output is shown; the whole is in `--json`. */
const most = { rows: 20, lines: 40, characters: 4000 } as const

type Options = { paint: Paint; width: number }

/** A node's outputs: small values on a line, an array of objects as a table, everything else as JSON. */
export function drawOutputs(outputs: Readonly<Record<string, unknown>>, options: Options): string[] {
  // As exact as the numbers are, so that no digit of a Decimal is lost.
  const shown = tellPictures(outputs) as Readonly<Record<string, unknown>>
  const names = Object.keys(outputs)
  const nameWidth = Math.min(30, Math.max(0, ...names.map((name) => stringWidth(showSafely(name)))))
  return names.flatMap((name) => {
    const label = options.paint.cyan(padTo(nameWidth, showSafely(name)))
    const [first = '', ...rest] = drawValue(shown, name, {
      ...options,
      width: options.width - 2 - nameWidth - 2,
    })
    return [`  ${label}  ${first}`, ...rest.map((line) => `    ${line}`)]
  })
}

/** The first line stands behind the name, the others below it. */
function drawValue(outputs: Readonly<Record<string, unknown>>, name: string, { paint, width }: Options): string[] {
  const value = outputs[name]
  const table = toTable(value)
  if (table) {
    const shown = drawTable(table, { paint, width: width + 16 })
    return [paint.dim(`${table.rowCount} row${table.rowCount === 1 ? '' : 's'}`), ...shown]
  }
  const text = showSafely(typeof value === 'string' ? JSON.stringify(value) : textOf(outputs, name))
  if (stringWidth(text) <= width) return [text]
  if (typeof value === 'string') return ['', ...drawText(value, paint)]
  return ['', ...cutLines(showSafely(prettyJson(value)).split('\n'), paint)]
}

function drawText(text: string, paint: Paint): string[] {
  const shown = text.slice(0, most.characters)
  const lines = cutLines(showSafely(shown).trimEnd().split('\n'), paint)
  return shown.length === text.length ? lines : [...lines, paint.dim(`… ${text.length - shown.length} characters more`)]
}

function cutLines(lines: string[], paint: Paint): string[] {
  if (lines.length <= most.lines) return lines
  return [...lines.slice(0, most.lines), paint.dim(`… ${lines.length - most.lines} lines more`)]
}

/** Indented, with what fits into a line on one line. */
function prettyJson(value: unknown, indent = ''): string {
  const flat = stringifyLossless(value)
  if (flat.length <= 70 || typeof value !== 'object' || value === null) return flat
  const inner = `${indent}  `
  if (Array.isArray(value) && value.every((it) => typeof it !== 'object' || it === null)) {
    return `[\n${packLines(
      value.map((_, index) => textOf(value, index)),
      inner,
    )}\n${indent}]`
  }
  const members = Array.isArray(value)
    ? value.map((_, index) => inner + prettyMember(value, index, inner))
    : Object.keys(value).map((key) => `${inner}${JSON.stringify(key)}: ${prettyMember(value, key, inner)}`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${members.join(',\n')}\n${indent}${close}`
}

function prettyMember(container: object, key: string | number, indent: string): string {
  return numberText(container, key) ?? prettyJson(Reflect.get(container, key), indent)
}

/** A member as JSON, a number with the digits that it was written with. */
function textOf(container: object, key: string | number): string {
  return numberText(container, key) ?? stringifyLossless(Reflect.get(container, key))
}

/** Many small values: as many on a line as fit. */
function packLines(texts: string[], indent: string): string {
  const lines: string[] = []
  for (const [index, text] of texts.entries()) {
    const item = index < texts.length - 1 ? `${text},` : text
    const last = lines.at(-1)
    if (last !== undefined && last.length + item.length < 80) lines[lines.length - 1] = `${last} ${item}`
    else lines.push(indent + item)
  }
  return lines.join('\n')
}

type Table = { columns: string[]; rows: Record<string, unknown>[]; rowCount: number }

/** An array of objects with members that fit into a cell. */
function toTable(value: unknown): Table | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return null
  const objects: Record<string, unknown>[] = value
  const columns = [...new Set(objects.slice(0, most.rows).flatMap((row) => Object.keys(row)))]
  if (columns.length === 0) return null
  const rows = objects.slice(0, most.rows)
  return { columns, rows, rowCount: objects.length }
}

function drawTable({ columns, rows, rowCount }: Table, { paint, width }: Options): string[] {
  const cells = rows.map((row) => columns.map((column) => toCell(row, column)))
  const isNumeric = columns.map((column) => rows.every((row) => isNumberOrNothing(row[column])))
  const header = columns.map((column) => oneLine(column))
  const natural = header.map((name, index) =>
    Math.max(stringWidth(name), ...cells.map((row) => stringWidth(row[index] ?? ''))),
  )
  const widths = fitColumns(natural, width)
  const line = (row: string[]) =>
    widths
      .map((columns, index) => padTo(columns, cutTo(columns, row[index] ?? ''), isNumeric[index] ? 'right' : 'left'))
      .join('  ')
      .trimEnd()
  const hidden = columns.length - widths.length
  return [
    paint.bold(line(header)),
    ...cells.map(line),
    ...(rowCount > rows.length ? [paint.dim(`… ${rowCount - rows.length} rows more`)] : []),
    ...(hidden > 0 ? [paint.dim(`… ${hidden} columns more: ${header.slice(widths.length).join(', ')}`)] : []),
  ]
}

/** Widths that fit: wide columns give way first, none below 8 columns; those that find no room are left out. */
function fitColumns(natural: number[], width: number): number[] {
  const widths = [...natural]
  const total = () => widths.reduce((sum, columns) => sum + columns + 2, -2)
  while (total() > width) {
    const widest = Math.max(...widths)
    if (widest <= 8) break
    widths[widths.indexOf(widest)] = widest - 1
  }
  while (widths.length > 1 && total() > width) widths.pop()
  return widths
}

function toCell(row: Record<string, unknown>, column: string): string {
  const value = row[column]
  if (value === undefined || value === null) return ''
  return oneLine(typeof value === 'string' ? value : textOf(row, column))
}

function oneLine(text: string): string {
  return showSafely(text.slice(0, 200)).replace(/[\n\t]+/g, ' ')
}

function isNumberOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'number' || typeof value === 'bigint'
}
