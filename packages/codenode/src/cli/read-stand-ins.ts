import type { StandInRequest } from '../contract/stand-in.ts'
import { isObject } from '../contract/values.ts'
import { copyMember, mergeMembers } from '../json/exact-numbers.ts'
import { findKeptRun } from './kept-runs.ts'
import { readObjectFile, readPair } from './read-inputs.ts'
import { UsageError } from './usage-error.ts'

export type StandInOptions = {
  /** A file, or `made`. */
  standIns?: string
  standIn?: string[]
  /** The id of a past run. */
  standInsFrom?: string
}

const form = 'It is given as node.output=value, or node=made.'

/** The stand-ins of a run: those of the file, then the single ones, which win. */
export function readStandIns({ standIns, standIn, standInsFrom }: StandInOptions, dataDir: string): StandInRequest {
  const isMade = standIns === 'made'
  const given: Record<string, unknown> = isMade ? { '*': 'made' } : {}
  if (standIns !== undefined && !isMade) Object.assign(given, readObjectFile(standIns, 'stand-ins'))
  for (const pair of standIn ?? []) addPair(given, pair)
  return {
    standIns: Object.keys(given).length > 0 ? given : undefined,
    standInsFrom: standInsFrom === undefined ? undefined : findKeptRun(dataDir, standInsFrom).record,
  }
}

function addPair(given: Record<string, unknown>, pair: string): void {
  const value = readPair(pair, '--stand-in')
  const [name = ''] = Object.keys(value)
  const dot = name.indexOf('.')
  if (dot === -1) {
    copyMember(value, name, given, name)
    return
  }
  const [node, output] = [name.slice(0, dot), name.slice(dot + 1)]
  if (node === '' || output === '') throw new UsageError(`--stand-in ${JSON.stringify(pair)} names no output.`, form)
  const own = given[node]
  const outputs = mergeMembers<unknown>(isObject(own) ? own : {})
  copyMember(value, name, outputs, output)
  given[node] = outputs
}
