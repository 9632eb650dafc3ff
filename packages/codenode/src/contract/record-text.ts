import { stringifyLossless } from './json.ts'
import type { LazyOutputs } from './lazy-outputs.ts'
import type { RunRecord } from './record.ts'
import type { AnyEvent, AnyRecord } from './run-documents.ts'

const texts = new WeakMap<AnyRecord, string>()
const lazy = new WeakMap<AnyRecord, LazyOutputs>()

/** Random, so that no text of a record can be mistaken for the place of its outputs. */
const mark = `outputs:${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`

/** The JSON of a record, written once for all who need it: the history, the answer. A record does not change any more. */
export function recordText(record: AnyRecord): string {
  const known = texts.get(record)
  if (known !== undefined) return known
  const outputs = lazy.get(record)
  const text = outputs ? putIn(outputs.json, record) : stringifyLossless(record)
  texts.set(record, text)
  return text
}

/** The JSON of an event. */
export function eventText(event: AnyEvent): string {
  if (event.type !== 'result') return stringifyLossless(event)
  const [head, tail] = stringifyLossless({ ...event, record: mark }).split(JSON.stringify(mark))
  return `${head}${recordText(event.record)}${tail}`
}

/** Gives a record outputs that are parsed when they are first looked at. `record.outputs` is null until then. */
export function holdLazyOutputs(record: RunRecord, outputs: LazyOutputs): RunRecord {
  Object.defineProperty(record, 'outputs', { enumerable: true, configurable: true, get: () => outputs.value })
  lazy.set(record, outputs)
  return record
}

function putIn(outputsJson: string, record: AnyRecord): string {
  // By hand, since a spread would look at the outputs.
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(record)) copy[key] = key === 'outputs' ? mark : record[key as keyof AnyRecord]
  const [head, tail] = stringifyLossless(copy).split(JSON.stringify(mark))
  return `${head}${outputsJson}${tail}`
}
