import type { IsolationLevel } from '../contract/program.ts'
import type { Check } from '../doctor/check.ts'
import { examine } from '../doctor/examine.ts'
import { padTo } from './columns.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { type PlaceOptions, readSettings } from './read-settings.ts'
import { openTerminal, type Paint, showSafely } from './terminal.ts'

export type DoctorOptions = PlaceOptions & { json?: true; isolation?: IsolationLevel }

/** Tells which layers hold; exit code 3 when one that is asked for does not. */
export async function doctorCommand(options: DoctorOptions): Promise<ExitCode> {
  const config = readSettings(options)
  const { write, paint } = openTerminal(process.stdout)
  let group = ''
  const tell = (checks: Check[]) => {
    if (options.json) return
    for (const check of checks) {
      if (check.group !== group) write(`${group === '' ? '' : '\n'}${paint.bold(check.group)}\n`)
      group = check.group
      write(draw(check, paint))
    }
  }
  const checks = await examine(
    {
      dataDir: config.dataDir,
      packagesDir: config.packagesDir,
      isolation: options.isolation ?? config.isolation,
      limits: config.limits,
      timeZone: config.timeZone,
      // A check of its own tells it.
      onWarning: () => undefined,
    },
    tell,
  )
  const gaps = checks.filter(({ state }) => state === 'gap')
  const isSound = gaps.length === 0
  write(options.json ? `${JSON.stringify({ ok: isSound, checks })}\n` : summarise(checks, gaps, paint))
  return isSound ? exitCodes.success : exitCodes.platform
}

function draw({ name, state, found, fix }: Check, paint: Paint): string {
  const sign = { holds: paint.green('✓'), gap: paint.red('✗'), unknown: '?', 'not asked for': '–', info: '·' }[state]
  const text = showSafely(found).replaceAll('\n', '\n    ')
  const line = `  ${sign} ${padTo(25, name)} ${state === 'holds' || state === 'gap' ? text : paint.dim(text)}\n`
  return fix === null ? line : `${line}      ${paint.yellow(`fix: ${fix}`)}\n`
}

function summarise(checks: Check[], gaps: Check[], paint: Paint): string {
  const held = checks.filter(({ state }) => state === 'holds').length
  if (gaps.length === 0) return `\n${paint.green(`All required checks passed (${held}).`)}\n`
  return `\n${paint.red(`${gaps.length} of ${held + gaps.length} checks failed: nothing runs on this machine until they pass.`)}\n`
}
