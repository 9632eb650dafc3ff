import { parseArgs } from 'node:util'

/** A machine that is busy with other things must not end a soak of hours. */
export const patientMs = 600_000

export type SoakOptions = { runs: number; warmUp: number; lanes: number; killEvery: number }

export const usage = `npm run soak -- [runs] [options]
  runs            how many runs; 100000 unless it is said
  --lanes N       runs at once at each of the two doors; 3 unless it is said
  --kill-every N  a zygote is killed after so many runs; a hundredth of the runs, at least 500, unless it is said`

/** Reads the command line; throws when it is wrong. */
export function readOptions(argv: string[]): SoakOptions | 'help' {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { lanes: { type: 'string' }, 'kill-every': { type: 'string' }, help: { type: 'boolean', default: false } },
  })
  if (values.help) return 'help'
  if (positionals.length > 1) throw new Error(usage)
  const runs = readCount(positionals[0], 100_000)
  return {
    runs,
    // After these, heaps have grown to their size and the history is full.
    warmUp: Math.min(2000, Math.floor(runs / 2)),
    lanes: readCount(values.lanes, 3),
    killEvery: readCount(values['kill-every'], Math.max(500, Math.floor(runs / 100))),
  }
}

function readCount(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise
  const count = Number(text)
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`${text} is not a number of runs.\n${usage}`)
  return count
}
