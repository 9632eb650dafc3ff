import path from 'node:path'
import { parseArgs } from 'node:util'

export const scenarios = ['stalls', 'retries', 'latency'] as const
export type Scenario = (typeof scenarios)[number]

/** A clone of the project whose code is measured. */
export type Checkout = { name: 'this' | 'against'; root: string; sandboxOptions: Record<string, unknown> }

export type RobustnessOptions = {
  only: readonly Scenario[]
  /** Parts of names of rows; empty: all rows. */
  rows: readonly string[]
  checkouts: readonly [Checkout, ...Checkout[]]
  rounds: number
  json: boolean
}

export const usage = `npm run bench:robustness -- [options]
  --against DIR           another clone, installed, that is measured in turns with this one: what was before
  --only WORDS            some of: stalls, retries, latency; with commas between
  --rows WORDS            of stalls, the rows whose names hold one of these texts, with ; between
  --rounds N              of latency, how many blocks of each kind; 10 unless it is said
  --options JSON          of latency, options of createSandbox, such as {"spares": 32}
  --against-options JSON  the same for the other clone
  --json                  everything that was measured, on stdout`

/** Reads the command line; throws when it is wrong. */
export function readOptions(argv: string[]): RobustnessOptions | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      against: { type: 'string' },
      only: { type: 'string', default: '' },
      rows: { type: 'string', default: '' },
      rounds: { type: 'string', default: '10' },
      options: { type: 'string', default: '{}' },
      'against-options': { type: 'string', default: '{}' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const words = values.only.split(',').filter((word) => word !== '')
  const unknown = words.find((word) => !scenarios.some((it) => it === word))
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there is no such scenario.\n${usage}`)
  const rounds = Number(values.rounds)
  if (!Number.isSafeInteger(rounds) || rounds < 1)
    throw new Error(`--rounds ${values.rounds} is not a number of rounds.`)
  const own: Checkout = {
    name: 'this',
    root: path.resolve(import.meta.dirname, '../..'),
    sandboxOptions: readObject(values.options),
  }
  const other = (root: string): Checkout => ({
    name: 'against',
    root: path.resolve(root),
    sandboxOptions: readObject(values['against-options']),
  })
  return {
    only: words.length === 0 ? scenarios : scenarios.filter((it) => words.includes(it)),
    rows: values.rows.split(';').filter((word) => word !== ''),
    checkouts: values.against === undefined ? [own] : [own, other(values.against)],
    rounds,
    json: values.json,
  }
}

function readObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null) throw new Error(`${text} is not an object of options.`)
  return value as Record<string, unknown> // checked by createSandbox
}
