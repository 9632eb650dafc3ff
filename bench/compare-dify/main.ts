/** Runs the same programs and workflows by Dify's own engine and by Codenode, and prints what differs and is not listed. */
import { availableParallelism } from 'node:os'
import { runCommand, SetUpError, type Watched } from '../command.ts'
import { Service } from '../service.ts'
import type { Case, Outcome } from './case.ts'
import { makeCases } from './cases/all.ts'
import { type Compared, compareOutcomes, describeDifference, explain, unseenRows } from './compare.ts'
import { differences } from './differences.ts'
import { Engine } from './engine.ts'
import { engineVersion, installEngine } from './install.ts'
import { type CompareOptions, readOptions, usage } from './options.ts'
import { runHere } from './service.ts'

await runCommand('compare:dify', async (watched) => {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(`${usage}\n`)
    return
  }
  const cases = makeCases(options.seed).filter((it) => `${it.topic}: ${it.name}`.includes(options.only))
  if (cases.length === 0) throw new SetUpError(`--only ${options.only} leaves nothing to compare.`)
  const compared = await compareAll(cases, options, watched)
  watched.progress.clear()
  report(cases, compared, options)
})

/** Starts both sides, compares case by case, and ends both whatever happens. */
async function compareAll(cases: readonly Case[], options: CompareOptions, watched: Watched): Promise<Compared[]> {
  const { progress, signal } = watched
  const say = (text: string) => process.stderr.write(`compare:dify: ${text}\n`)
  const interpreter = await installEngine({ ...options, say, signal })
  say(`${cases.length} cases, seed ${options.seed}, by ${engineVersion()} and by ${options.checkout ?? 'this clone'}`)
  // A machine that is busy with other things must not end a run.
  const service = await Service.start(
    { CODENODE_WALL_MS: '120000', CODENODE_CPU_MS: '120000' },
    options.checkout ?? undefined,
  )
  const engine = new Engine(interpreter, service.port)
  const compared: (Compared | null)[] = []
  const waiting = [...cases.entries()]
  const runLane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [at, given] = next
      signal.throwIfAborted()
      progress.say(`${at + 1} of ${cases.length}: ${given.topic}: ${given.name.slice(0, 80)}`)
      const [dify, ours] = await Promise.all([engine.run(given), runHere(given, service.port, signal)])
      const difference = compareOutcomes(given, dify, ours)
      compared[at] = difference && explain(difference)
      if (options.json) writeCase(given, dify, ours)
    }
  }
  try {
    // Most of a case is waiting for processes.
    const lanes = 2 * availableParallelism()
    await untilAborted(Promise.all(Array.from({ length: lanes }, runLane)), signal)
    return compared.filter((it) => it !== null)
  } finally {
    await engine.close()
    await service.close()
  }
}

/** What is left of the work ends when both sides are closed. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
    work.catch(() => undefined)
  }
}

function writeCase(given: Case, dify: Outcome, ours: Outcome): void {
  process.stdout.write(`${JSON.stringify({ case: given, dify, ours })}\n`)
}

function report(cases: readonly Case[], compared: readonly Compared[], options: CompareOptions): void {
  const out = options.json ? process.stderr : process.stdout
  const unlisted = compared.filter(({ row }) => row === null)
  for (const { difference } of unlisted) out.write(`not listed: ${describeDifference(difference)}\n`)
  // A part of the cases cannot show every row.
  const unseen = options.only === '' ? unseenRows(compared) : []
  for (const { what } of unseen) out.write(`listed, but no case shows it any more: ${what}\n`)
  const programs = cases.filter(({ kind }) => kind === 'program').length
  const counts = `${programs} programs, ${cases.length - programs} workflows`
  const gone = unseen.length > 0 ? `, ${unseen.length} rows not seen` : ''
  out.write(`compare:dify: ${counts}, ${differences.length} differences listed, ${unlisted.length} not listed${gone}\n`)
  if (unlisted.length + unseen.length > 0) process.exitCode = 1
}
