import { parseDocument } from 'yaml'

export type ParsedYaml =
  | { status: 'parsed'; value: unknown }
  | { status: 'refused'; problems: { line: number | null; column: number | null; message: string }[] }

/** YAML 1.2, of which JSON is a part. Whole numbers keep all their digits: those beyond ±2^53 become bigint. */
export function parseYaml(text: string): ParsedYaml {
  const document = parseDocument(text, { intAsBigInt: true, prettyErrors: true })
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
