/** A number as it is written: `7` and `7.0` are two. */
export class ExactNumber {
  readonly text: string

  constructor(source: string) {
    this.text = /^-?\d+$/.test(source) ? source.replace(/^-0$/, '0') : writeFloat(Number(source))
  }
}

/** Parses JSON with every number as an `ExactNumber`. */
export function parseExact(json: string): unknown {
  return JSON.parse(json, keepNumber)
}

/** JSON in one form, keys in order: two texts are equal when their values and the kinds of their numbers are. */
export function toCanonical(value: unknown): string {
  if (value instanceof ExactNumber) return value.text
  if (Array.isArray(value)) return `[${value.map(toCanonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, inner]) => `${JSON.stringify(key)}:${toCanonical(inner)}`).join(',')}}`
}

/** TypeScript's library does not know the third argument yet. */
function keepNumber(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value
}

function writeFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  const text = String(value)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
