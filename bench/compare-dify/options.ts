import path from 'node:path'
import { parseArgs } from 'node:util'

export type CompareOptions = {
  checkout: string | null
  seed: number
  dir: string
  only: string
  python: string | null
  json: boolean
}

export const usage = `npm run compare:dify -- [options]
  --seed N       another choice of random programs; 1 by default
  --only WORD    the cases whose topic or name contains it, for work on one of them
  --dir DIR      where the Python environment with Dify's engine is made; .codenode/compare-dify by default
  --python FILE  a Python 3.12 or 3.13, which the engine needs; found by itself by default
  --checkout DIR another clone, installed, whose service is compared instead of this one's
  --json         every case with both outcomes, one a line, instead of the differences`

/** Reads the command line; throws when it is wrong. */
export function readOptions(argv: string[]): CompareOptions | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      dir: { type: 'string', default: path.resolve(import.meta.dirname, '../../.codenode/compare-dify') },
      python: { type: 'string' },
      checkout: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is not a whole number.`)
  const { only, dir, python = null, checkout = null, json } = values
  return { seed, only, dir: path.resolve(dir), python, checkout: checkout && path.resolve(checkout), json }
}
