import { stringifyLossless } from './json.ts'
import type { AnyRecord } from './run-documents.ts'

const texts = new WeakMap<AnyRecord, string>()

/** The JSON of a record, written once for all who need it: the history, the answer. A record does not change any more. */
export function recordText(record: AnyRecord): string {
  const known = texts.get(record)
  if (known !== undefined) return known
  const text = stringifyLossless(record)
  texts.set(record, text)
  return text
}
