import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type BurstReport, measureBurst } from './burst.ts'
import { runCommand, type Watched } from './command.ts'
import { makeContenders } from './contenders/all.ts'
import { type SharedSandbox, shareSandbox } from './contenders/codenode.ts'
import type { Contender } from './contenders/contender.ts'
import { type FloodReport, measureFlood } from './flood.ts'
import { installPeers } from './install.ts'
import { readMachine } from './machine.ts'
import { measureMemory } from './memory.ts'
import { choose, type Options, readOptions, usage } from './options.ts'
import { toMarkdown, toText } from './report.ts'
import { type Results, toRows } from './results.ts'
import { efforts, measureInRounds } from './rounds.ts'
import { measureStartUp } from './start-up.ts'
import { checkTargets } from './targets.ts'
import { workloads as allWorkloads } from './workloads/all.ts'

/** Where `--write` puts the report. */
const page = path.resolve(import.meta.dirname, '../docs/benchmarks.md')

await runCommand('bench', async (watched) => {
  const options = readOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(`${usage}\n`)
    return
  }
  await installPeers(watched.signal)
  const results = await runBenchmark(options, watched)
  watched.progress.clear()
  report(results, options)
})

/** Starts every contender, measures all of them in turns, and closes them whatever happens. */
async function runBenchmark(options: Options, { progress, signal }: Watched): Promise<Results> {
  const machine = await readMachine()
  const sandboxes = { withSpares: shareSandbox({}), withoutSpares: shareSandbox({ spares: 0 }) }
  const { contenders, workloads } = choose(options.only, makeContenders(sandboxes), allWorkloads)
  const effort = options.quick ? efforts.quick : efforts.full
  const isWhole = options.only.length === 0
  const isWithService = isWhole || options.only.includes('http')
  const isWithCodenode = isWhole || options.only.includes('b')
  try {
    for (const contender of contenders) {
      signal.throwIfAborted()
      progress.say(`starting: ${contender.title}, ${contender.language}`)
      await contender.start()
    }
    const cells = await measureInRounds(contenders, workloads, { effort, progress, signal })
    progress.say('200 at once')
    const bursts = isWithCodenode ? await measureBursts(sandboxes.withSpares, signal) : []
    await closeAll(contenders)
    progress.say('memory of children')
    const memory = isWithCodenode ? await measureMemory(signal) : []
    progress.say('500 clients at once')
    const flood: FloodReport | null = isWithService ? await measureFlood(options.quick ? 5 : 60, signal) : null
    progress.say('start-up')
    const startUps = isWithCodenode ? await measureStartUp(options.quick ? 1 : 5, signal) : []
    return { machine, isQuick: options.quick, rows: toRows(cells), memory, bursts, flood, startUps }
  } finally {
    await closeAll(contenders)
  }
}

async function measureBursts(shared: SharedSandbox, signal: AbortSignal): Promise<BurstReport[]> {
  const sandbox = await shared.open()
  const bursts: BurstReport[] = []
  for (const language of ['python', 'javascript'] as const) {
    signal.throwIfAborted()
    bursts.push(await measureBurst(sandbox, language))
  }
  return bursts
}

async function closeAll(contenders: readonly Contender[]): Promise<void> {
  await Promise.all(contenders.map((contender) => contender.close()))
}

function report(results: Results, options: Options): void {
  if (options.write) {
    mkdirSync(path.dirname(page), { recursive: true })
    writeFileSync(page, toMarkdown(results))
    process.stderr.write(`bench: wrote ${path.relative(process.cwd(), page)}\n`)
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ ...results, targets: checkTargets(results) }, null, 2)}\n`)
  else process.stdout.write(toText(results))
}
