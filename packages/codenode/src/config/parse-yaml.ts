import { parseDocument } from 'yaml'

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
  const toNumber = (_: unknown, value: unknown): unknown =>
    typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
  return { status: 'parsed', value: document.toJS({ maxAliasCount: 100, reviver: toNumber }) }
}
