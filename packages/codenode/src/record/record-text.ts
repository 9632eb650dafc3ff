import type { RunRecord } from '../contract/record.ts'
import type { AnyEvent, AnyRecord } from '../contract/run-documents.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { stringifyInPieces, stringifyLossless } from '../json/json.ts'
import type { LazyOutputs } from '../values/lazy-outputs.ts'

const texts = new WeakMap<AnyRecord, string>()
const writing = new WeakMap<AnyRecord, Promise<void>>()
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

/** Gives a record that was read from its JSON this text, so that it need not be written again. */
export function holdRecordText(record: AnyRecord, text: string): AnyRecord {
  texts.set(record, text)
  return record
}

/** From so many nodes on a workflow's record can take long to write, whatever is in it. */
const manyNodes = 50

/**
 * Writes the record of a workflow ahead, in turns of the event loop of its own, where that can take long: all results of a
 * run together can be hundreds of megabytes. `recordText` then gives what was written.
 */
export async function writeRecordAhead(record: AnyRecord): Promise<void> {
  if (!('nodes' in record) || texts.has(record) || !isLong(record)) return
  const written = writing.get(record) ?? writeInTurns(record)
  writing.set(record, written)
  await written
}

async function writeInTurns(record: AnyRecord): Promise<void> {
  const pieces: string[] = []
  for (const piece of stringifyInPieces(record)) {
    pieces.push(piece)
    await nextTurn()
  }
  texts.set(record, pieces.join(''))
}

function isLong({ nodes }: WorkflowRecord): boolean {
  return nodes.length >= manyNodes || nodes.some(({ run, iterations }) => iterations || (run && lazy.has(run)))
}

/** Not `setImmediate`, which browsers lack. */
async function nextTurn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve))
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
