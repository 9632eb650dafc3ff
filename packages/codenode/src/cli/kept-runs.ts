import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { StandIns } from '../contract/stand-in.ts'
import { isObject } from '../contract/values.ts'
import { type WorkflowRecord, workflowRecordSchema } from '../contract/workflow-record.ts'
import { parseLossless, stringifyLossless } from '../json/json.ts'
import { makeDataFolder } from '../places/make-folder.ts'
import { resolveUserPath } from './read-file.ts'
import { UsageError } from './usage-error.ts'

/** A workflow run of the command: what is needed to run it or one of its nodes again. `secrets`: the names of those that are masked. */
export type KeptRun = {
  document: unknown
  inputs: Record<string, unknown>
  secrets: string[]
  standIns?: StandIns | undefined
  record: WorkflowRecord
}

const most = 100

/** Keeps a run in the data directory; the oldest of more than 100 go. Code and inputs are nobody else's business. */
export function keepRun(dataDir: string, run: KeptRun): void {
  const folder = folderOf(dataDir)
  makeDataFolder(dataDir, folder)
  const file = path.join(folder, `${run.record.id}.json`)
  writeFileSync(`${file}.new`, stringifyLossless(run), { mode: 0o600 })
  renameSync(`${file}.new`, file)
  for (const name of listKept(folder).slice(0, -most)) rmSync(path.join(folder, name), { force: true })
}

/** The run with this id, or the one in this file. Throws a `UsageError` that says which there are. */
export function findKeptRun(dataDir: string, named: string): KeptRun {
  const kept = path.join(folderOf(dataDir), `${named}.json`)
  const file = /^run_[0-9a-f]{32}$/.test(named) && existsSync(kept) ? kept : resolveUserPath(named)
  if (!existsSync(file)) {
    const newest = existsSync(folderOf(dataDir)) ? listKept(folderOf(dataDir)).at(-1) : undefined
    const hint = newest ? ` The newest is ${path.basename(newest, '.json')}.` : ''
    throw new UsageError(
      `There is no workflow run ${JSON.stringify(named)} in ${folderOf(dataDir)}.`,
      `The last ${most} workflow runs of this command are kept there; codenode run prints the id.${hint} Runs of a service are run again by its API (POST /v1/runs/{id}/replay).`,
    )
  }
  return readKept(file)
}

/** Ids sort by time. What else is in the folder is somebody's. */
function listKept(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /^run_[0-9a-f]{32}\.json$/.test(name))
    .toSorted()
}

function readKept(file: string): KeptRun {
  const advice = 'It must be one that codenode run kept.'
  let value: unknown
  try {
    value = parseLossless(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new UsageError(`${file} cannot be read.`, advice, { cause })
  }
  const record = isObject(value) ? workflowRecordSchema.safeParse(value.record) : null
  if (!isObject(value) || !record?.success || !isObject(value.inputs)) {
    throw new UsageError(`${file} has no workflow run.`, advice)
  }
  const { document, inputs } = value
  // Checked when it is used.
  const standIns = value.standIns as StandIns | undefined
  // Runs that were kept before there were secrets have none.
  const secrets = Array.isArray(value.secrets) ? value.secrets.map(String) : []
  return { document, inputs, secrets, standIns, record: record.data }
}

function folderOf(dataDir: string): string {
  return path.join(dataDir, 'workflow-runs')
}
