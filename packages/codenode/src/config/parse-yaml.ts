import { parseDocument, type Scalar, visit } from 'yaml'
import { setNumber } from '../json/exact-numbers.ts'

export type ParsedYaml =
  | { status: 'parsed'; value: unknown }
  | { status: 'refused'; problems: { line: number | null; column: number | null; message: string }[] }

/** YAML 1.2, of which JSON is a part. Whole numbers keep all their digits: those beyond ±2^53 become bigint. */
export function parseYaml(text: string): ParsedYaml {
  return parse(text, 'core')
}

/** Where a text is no JSON; null where it cannot be told. The parser of JSON itself gives no place in most cases. */
export function findJsonProblem(text: string): { line: number; column: number } | null {
  const parsed = parse(text, 'json')
  const { line, column } = (parsed.status === 'refused' && parsed.problems[0]) || { line: null, column: null }
  return line === null || column === null ? null : { line, column }
}

function parse(text: string, schema: 'core' | 'json'): ParsedYaml {
  const document = parseDocument(text, { intAsBigInt: true, prettyErrors: true, schema })
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ linePos, message }) => ({
      line: linePos?.[0].line ?? null,
      column: linePos?.[0].col ?? null,
      // The parser adds the place and the lines around it.
      message: `${message.split(/ at line \d+/)[0]}.`,
    }))
    return { status: 'refused', problems }
  }
  visit(document, { Scalar: (_, scalar) => markFloat(scalar) })
  try {
    return { status: 'parsed', value: document.toJS({ maxAliasCount: 100, reviver: toNumber }) }
  } catch {
    // Without the parser's words, which name the alias.
    const message = 'It has an alias (*name) that names nothing or itself, or too many aliases.'
    return { status: 'refused', problems: [{ line: null, column: null, message }] }
  }
}

/** A float whose value is whole, until it is put where it belongs. */
class WrittenFloat {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

function markFloat(scalar: Scalar): void {
  const { value, source } = scalar
  if (typeof value === 'number' && Number.isInteger(value) && source !== undefined && floatForm.test(source)) {
    scalar.value = new WrittenFloat(`${source.replace(/^\+/, '')}`)
  }
}

const floatForm = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/

function toNumber(this: unknown, key: unknown, value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value
  if (!(value instanceof WrittenFloat)) return value
  // A document that is one number stands in no container that is kept.
  if (typeof this === 'object' && this !== null) setNumber(this, String(key), value.text)
  return Number(value.text)
}
