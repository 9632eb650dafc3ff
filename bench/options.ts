import { parseArgs } from 'node:util'
import type { Contender } from './contenders/contender.ts'
import type { Workload } from './workloads/workload.ts'

export type Options = { json: boolean; quick: boolean; write: boolean; only: readonly string[] }

export const usage = `npm run bench -- [options]
  --quick       small samples, under a minute: to see that it runs, not for figures to keep
  --only WORDS  some of it, with commas between: a (the floor), b (Codenode), c (what else there is), or parts of names
                of contenders (codenode-python) and workloads (trivial, logs)
  --json        everything that was measured, on stdout, for machines
  --write       writes docs/benchmarks.md`

/** Reads the command line; throws when it is wrong. */
export function readOptions(argv: string[]): Options | 'help' {
  const { values } = parseArgs({
    args: argv,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  const only = values.only.split(',').filter((word) => word !== '')
  return { json: values.json, quick: values.quick, write: values.write, only }
}

/** What `--only` leaves. A word that is part of a workload's name chooses workloads, any other contenders. */
export function choose(only: readonly string[], contenders: readonly Contender[], workloads: readonly Workload[]) {
  const isOfWorkload = (word: string) => word.length > 1 && workloads.some(({ name }) => name.includes(word))
  const ofWorkloads = only.filter(isOfWorkload)
  const ofContenders = only.filter((word) => !isOfWorkload(word))
  const chosen = {
    workloads: workloads.filter(
      ({ name }) => ofWorkloads.length === 0 || ofWorkloads.some((word) => name.includes(word)),
    ),
    contenders: contenders.filter((it) => ofContenders.length === 0 || ofContenders.some((word) => isMeant(word, it))),
  }
  if (chosen.contenders.length === 0) throw new Error(`--only ${only.join(',')} leaves nothing to measure.`)
  return chosen
}

function isMeant(word: string, { id }: Contender): boolean {
  return word.length === 1 ? partOf(id) === word : id.includes(word)
}

/** The part of the comparison that a contender belongs to. */
export function partOf(id: string): 'a' | 'b' | 'c' {
  if (id.startsWith('floor-') || id.startsWith('serialising-')) return 'a'
  return id.startsWith('codenode-') || id.startsWith('workflow-') ? 'b' : 'c'
}
