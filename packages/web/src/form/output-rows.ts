import { checkName, isObject, type OutputSpecs, type OutputType, outputTypes } from 'codenode/contract'
import type { FieldProblem } from '../graph/document.ts'

/** A declared output as a row of the form; rows of an object, or of the elements of array[object], are nested. */
export type OutputRow = {
  readonly name: string
  readonly type: OutputType
  readonly children: readonly OutputRow[]
  /** What the declaration has beside its type and children. */
  readonly extra?: Readonly<Record<string, unknown>>
}

export function outputsToRows(outputs: unknown): OutputRow[] {
  if (!isObject(outputs)) return []
  return Object.entries(outputs).map(([name, spec]): OutputRow => {
    if (!isObject(spec)) return { name, type: 'string', children: [] }
    const { type, children, ...extra } = spec
    return {
      name,
      type: outputTypes.find((known) => known === type) ?? 'string',
      children: outputsToRows(children),
      ...(Object.keys(extra).length > 0 ? { extra } : {}),
    }
  })
}

/** The declarations. Of rows with the same name the first counts: `checkRows` tells of the others. */
export function rowsToOutputs(rows: readonly OutputRow[]): OutputSpecs {
  const outputs: OutputSpecs = {}
  for (const { name, type, children, extra } of rows) {
    if (Object.hasOwn(outputs, name)) continue
    const hasChildren = canHaveChildren(type) && children.length > 0
    const spec = { ...extra, type, children: hasChildren ? rowsToOutputs(children) : null }
    // Assigned in the ordinary way, `__proto__` would vanish before its problem can be shown.
    Object.defineProperty(outputs, name, { value: spec, enumerable: true, writable: true, configurable: true })
  }
  return outputs
}

export function canHaveChildren(type: OutputType): boolean {
  return type === 'object' || type === 'array[object]'
}

/** What is wrong with the names, by the path of the row: `outputs[0]`, `outputs[0].children[2]`. Only outputs keep the rule of names. */
export function checkRows(rows: readonly OutputRow[], path = 'outputs'): FieldProblem[] {
  return rows.flatMap(({ name, children, type }, index) => {
    const place = `${path}[${index}]`
    const isMember = path !== 'outputs'
    const nameProblems = !isMember || name === '__proto__' ? checkName(place, name) : name === '' ? [empty(place)] : []
    const isRepeated = rows.findIndex((row) => row.name === name) < index
    return [
      ...nameProblems,
      ...(isRepeated && name !== ''
        ? [{ path: place, message: `is ${JSON.stringify(name)} again; names must be unique.` }]
        : []),
      ...(canHaveChildren(type) ? checkRows(children, `${place}.children`) : []),
    ]
  })
}

function empty(path: string): FieldProblem {
  return { path, message: 'is empty.' }
}
