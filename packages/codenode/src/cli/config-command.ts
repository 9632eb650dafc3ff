import { availableParallelism } from 'node:os'
import { type InForce, listInForce } from '../config/list-in-force.ts'
import type { Origin, Reading } from '../config/read-setting.ts'
import { stringifyLossless } from '../json/json.ts'
import { padTo } from './columns.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { type PlaceOptions, readSettings, type Settings } from './read-settings.ts'
import { openTerminal, type Paint, showSafely } from './terminal.ts'

export type ConfigOptions = PlaceOptions & { json?: true }

/** Tells what is in force, and where each value comes from. */
export async function configCommand({ json, ...options }: ConfigOptions): Promise<ExitCode> {
  const settings = readSettings(options)
  const groups = listInForce(withPlaces(settings, options), availableParallelism())
  const { write, paint } = openTerminal(process.stdout)
  if (json) {
    const { file, notices } = settings
    const listed = groups.flatMap(({ title: group, settings: rows }) =>
      rows.map(({ name, value, origin }) => ({ name, group, value, origin })),
    )
    write(`${stringifyLossless({ file, settings: listed, notices })}\n`)
    return exitCodes.success
  }
  const rows = groups.flatMap((group) => group.settings)
  const widths = { name: widest(rows.map(({ name }) => name)), value: widest(rows.map(({ shown }) => shown)) }
  write(`${paint.bold('File')}  ${settings.file === null ? 'none' : showSafely(settings.file)}\n`)
  for (const { title, settings: inGroup } of groups) {
    write(`\n${paint.bold(title)}\n${inGroup.map((row) => draw(row, widths, paint)).join('')}`)
  }
  return exitCodes.success
}

/** With the folders that were named by an option, or found. */
function withPlaces({ readings, dataDir, packagesDir }: Settings, options: PlaceOptions): Map<string, Reading> {
  const places = { dataDir, packagesDir } as const
  const all = new Map(readings)
  for (const [path, option] of [['dataDir', '--data-dir'] as const, ['packagesDir', '--packages-dir'] as const]) {
    const origin: Origin | undefined = options[path] ? { from: 'option', name: option } : readings.get(path)?.origin
    all.set(path, { value: places[path], origin: origin ?? { from: 'default' } })
  }
  return all
}

function draw({ name, shown, origin }: InForce, widths: { name: number; value: number }, paint: Paint): string {
  const where = drawOrigin(origin)
  const line = `  ${padTo(widths.name, name)}  ${padTo(widths.value, showSafely(shown))}  `
  return `${line}${origin.from === 'default' ? paint.dim(where) : showSafely(where)}\n`
}

function drawOrigin(origin: Origin): string {
  switch (origin.from) {
    case 'default':
      return 'default'
    case 'file':
      return origin.file
    case 'environment':
    case 'option':
      return origin.name
  }
}

/** What is longer than most of a terminal's line may push the rest of its own line to the right. */
const mostColumns = 40

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length).filter((length) => length <= mostColumns))
}
