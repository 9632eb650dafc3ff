import { createWriteStream, statSync } from 'node:fs'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ExitCode, exitCodes } from 'codenode/internal/cli/exit-codes'
import { readSettings } from 'codenode/internal/cli/read-settings'
import type { HistoryOptions, HistorySelectionOptions } from 'codenode/internal/cli/server-commands'
import { openTerminal } from 'codenode/internal/cli/terminal'
import { UsageError } from 'codenode/internal/cli/usage-error'
import * as z from 'zod'
import { backupHistory, compactHistory, exportRuns } from '../service/history/copy-history.ts'
import { type ClientSelection, deleteRuns } from '../service/history/delete-runs.ts'
import { historyIn, openBeside } from '../service/history/history-file.ts'

/** Copies the history into a file, also while a service uses it. */
export async function historyBackup(file: string, options: HistoryOptions): Promise<ExitCode> {
  const { history, terminal } = open(options)
  const to = findTarget(file)
  try {
    const { runs, bytes } = backupHistory(history, to)
    terminal.write(`${to}: ${runs} runs, ${Math.ceil(bytes / 1024)} KiB\n`)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new UsageError(`${to} already exists.`, 'Choose another name.')
  }
  return exitCodes.success
}

/** Writes runs as JSON lines, to a file or to the standard output. */
export async function historyExport(file: string | undefined, options: HistorySelectionOptions): Promise<ExitCode> {
  const { history } = open(options)
  // Before there is a file, or a copy is half made.
  const selection = toSelection(options)
  const to = file === undefined || file === '-' ? null : findTarget(file)
  const database = openBeside(history)
  try {
    const runs = exportRuns(database, { all: true, ...selection })
    const lines = Readable.from(withNewlines(runs))
    if (to === null) await pipeline(lines, process.stdout, { end: false })
    else await pipeline(lines, createWriteStream(to, { flags: 'wx', mode: 0o600 }))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new UsageError(`${String(file)} already exists.`, 'Choose another name.')
  } finally {
    database.close()
  }
  return exitCodes.success
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`
}

/** Deletes runs that have ended for good, also while a service uses the history. */
export async function historyDelete(options: HistorySelectionOptions): Promise<ExitCode> {
  const { history, terminal } = open(options)
  const selection = toSelection(options)
  if (Object.keys(selection).length === 0) {
    throw new UsageError('Say which runs to delete.', 'Give --run, --client or --before, or --all for every run.')
  }
  const database = openBeside(history, { readOnly: false })
  let deletedAny = false
  try {
    const deleted = await deleteRuns(database, { all: true, ...selection })
    terminal.write(`${deleted} ${deleted === 1 ? 'run' : 'runs'} deleted\n`)
    deletedAny = deleted > 0
  } finally {
    database.close()
  }
  // Also where nothing was deleted now: what was deleted beside a service is taken out of the file.
  const isCompact = compactHistory(history)
  if (!deletedAny) {
    const hint = selection.client === undefined ? '' : ', or the client is spelt otherwise'
    terminal.write(`No run that has ended is among those${hint}.\n`)
  } else if (!isCompact) {
    terminal.write(
      'A service uses the history. Parts of large runs stay in what is free in the file until it is written again;\n',
    )
    terminal.write('the same command with the service stopped writes the file anew.\n')
  }
  return exitCodes.success
}

function open(options: HistoryOptions) {
  const { dataDir } = readSettings({ ...options, packages: 'may be made' })
  return { history: historyIn(dataDir), terminal: openTerminal(process.stdout) }
}

/** Where a file is to be written. Throws a usage error when its folder is not there. */
function findTarget(file: string): string {
  const to = path.resolve(file)
  const folder = path.dirname(to)
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return to
  throw new UsageError(`${folder} is not a folder.`, 'Make it first, or name a file in another one.')
}

/** A day means its beginning in UTC. Nothing else is guessed, since it can decide what is deleted. */
const before = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

function readBefore(text: string): string {
  if (before.safeParse(text).success) return text
  throw new UsageError(`--before ${text} is not a time.`, 'Write 2026-01-31T12:00:00Z, or a day such as 2026-01-31.')
}

function toSelection({ run, client, before: time, all }: HistorySelectionOptions): ClientSelection {
  return {
    ...(run !== undefined && run.length > 0 ? { ids: run } : {}),
    ...(client === undefined ? {} : { client }),
    ...(time === undefined ? {} : { startedBefore: readBefore(time) }),
    ...(all ? { all } : {}),
  }
}
