import { listNames } from '../../contract/issues.ts'
import { describeValue } from '../../contract/values.ts'
import type { Entry } from '../parts/read-entries.ts'
import { nameWay, type WayOut } from './ways-out.ts'

type Values = Readonly<Record<string, unknown>>

/** `key`: the member that is wrong; null: none is there. */
export type ChosenWay = { way: WayOut; outputs: Values } | { key: string | null; problem: string }

/**
 * The way that a stand-in takes: what its `branch` names, else what its outputs say (the class of a question-classifier, the
 * result of an if-else), else the only one. A node that does not branch can have an output of that name.
 */
export function chooseWay(entry: Entry, ways: readonly WayOut[], outputs: Values): ChosenWay {
  if (ways.length > 1 && 'branch' in outputs) {
    const { branch, ...others } = outputs
    const way = findWay(ways, branch)
    if (way) return { way, outputs: withWay(entry, way, others) }
    // A Code node may declare it.
    if (!isOwnOutput(entry, 'branch')) return { key: 'branch', problem: `is ${describeValue(branch)}; ${list(ways)}` }
  }
  const [key, told] = toldWay(entry, outputs)
  if (key !== null) {
    const way = findWay(ways, told)
    return way
      ? { way, outputs: withWay(entry, way, outputs) }
      : { key, problem: `is ${describeValue(told)}; ${list(ways)}` }
  }
  const way = ways.find(({ handle }) => handle === 'source') ?? (ways.length === 1 ? ways[0] : undefined)
  return way ? { way, outputs } : { key: null, problem: `has no branch; ${list(ways)}` }
}

function findWay(ways: readonly WayOut[], name: unknown): WayOut | undefined {
  // Files say `branch: 1` and `branch: true`, too.
  const wanted = name === 'success-branch' ? 'source' : isScalar(name) ? String(name) : null
  return ways.find(({ handle }) => handle === wanted) ?? ways.find(({ names }) => names.some((it) => it === wanted))
}

function isScalar(value: unknown): value is string | number | bigint | boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
}

function isOwnOutput({ type, data }: Entry, name: string): boolean {
  const { outputs } = data
  return type === 'code' && typeof outputs === 'object' && outputs !== null && name in outputs
}

/** What the outputs say of it: the member, and the way that it names; null: nothing. */
function toldWay({ type, data }: Entry, outputs: Values): [key: string | null, told: unknown] {
  const told = (key: string): [string, unknown] => [key, outputs[key]]
  if (data.type === 'question-classifier') {
    if ('class_id' in outputs) return told('class_id')
    return 'class_name' in outputs ? told('class_name') : [null, null]
  }
  if (type !== 'if-else') return [null, null]
  if ('selected_case_id' in outputs) return told('selected_case_id')
  return outputs.result === false ? ['result', 'false'] : [null, null]
}

/** What the node would have given for the way. */
function withWay({ type, data }: Entry, { handle, names }: WayOut, outputs: Values): Values {
  if (handle === 'fail-branch') return outputs
  if (data.type === 'question-classifier') return { class_id: handle, class_name: names[1] ?? handle, ...outputs }
  return type === 'if-else' ? { result: handle !== 'false', selected_case_id: handle, ...outputs } : outputs
}

function list(ways: readonly WayOut[]): string {
  return `"branch" must be one of ${listNames(ways.map(nameWay))}.`
}
