/**
 * Many runs, every tenth of them hostile, through the library and through a real service: no wrong answer, nothing left behind.
 * Exit 0: all held, 1: something did not, 130: stopped.
 */
import { type Door, openLibrary, openService } from './doors.ts'
import { buildHostileRuns } from './hostile.ts'
import { describeFootprint, type Footprint, findGrowth, measure } from './measure.ts'
import { readOptions, type SoakOptions, usage } from './options.ts'
import { buildHonestRun, type SoakRun } from './programs.ts'
import { type Tally, WatchedDoor } from './watch.ts'

const options = readOptions(process.argv.slice(2))
if (options === 'help') process.stdout.write(`${usage}\n`)
else await main(options)

async function main(options: SoakOptions): Promise<void> {
  const stop = new AbortController()
  const onSignal = () => stop.abort(new Error('stopped'))
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const doors: Door[] = []
  try {
    const service = await openService()
    doors.push(service)
    doors.push(await openLibrary([service.pid]))
    const faults = await soak(options, doors, stop.signal)
    process.exitCode = faults.length > 0 ? 1 : 0
  } catch (error) {
    process.stderr.write(`soak: ${stop.signal.aborted ? 'stopped; nothing is left behind' : String(error)}\n`)
    process.exitCode = stop.signal.aborted ? 130 : 1
  } finally {
    await Promise.all(doors.map((door) => door.close()))
  }
}

/** Runs all, with a pause to measure after the warm-up, at each quarter and at the end; gives what did not hold. */
async function soak(options: SoakOptions, doors: readonly Door[], signal: AbortSignal): Promise<string[]> {
  const tally: Tally = { honest: 0, hostile: 0, lost: 0, kills: 0, wrong: [] }
  const watched = doors.map((door) => new WatchedDoor(door, tally))
  const plan = planRuns()
  const began = performance.now()
  const progress = setInterval(() => process.stderr.write(`${describe(tally, options, began)}\n`), 10_000)
  const faults: string[] = []
  try {
    const { runs, warmUp } = options
    const stages = [warmUp, ...[0.25, 0.5, 0.75, 1].map((share) => warmUp + Math.round((runs - warmUp) * share))]
    const footprints: Footprint[][] = []
    for (const [stage, end] of stages.entries()) {
      await runUntil(end, { from: stages[stage - 1] ?? 0, plan, watched, options, signal })
      const now: Footprint[] = []
      for (const door of doors) {
        now.push(await measure(door))
        process.stdout.write(`after ${end} runs, ${door.name}: ${describeFootprint(now.at(-1) as Footprint)}\n`)
      }
      footprints.push(now)
    }
    const [first, last] = [footprints[0] ?? [], footprints.at(-1) ?? []]
    doors.forEach((door, at) => {
      // Each stage has measured each door.
      faults.push(...findGrowth(door.name, first[at] as Footprint, last[at] as Footprint))
    })
  } finally {
    clearInterval(progress)
  }
  for (const fault of faults) process.stderr.write(`wrong: ${fault}\n`)
  const all = [...tally.wrong, ...faults]
  const verdict = all.length === 0 ? 'all held' : `grown: ${faults.length}`
  process.stdout.write(`soak: ${describe(tally, options, began)}, ${verdict}\n`)
  return all
}

type Stage = {
  from: number
  plan: (index: number) => SoakRun
  watched: readonly WatchedDoor[]
  options: SoakOptions
  signal: AbortSignal
}

/** Each door takes the next run when it has a lane free. Stopped, it lets the runs end that have begun. */
async function runUntil(end: number, { from, plan, watched, options, signal }: Stage): Promise<void> {
  let next = from
  const lane = async (door: WatchedDoor): Promise<void> => {
    while (next < end && !signal.aborted) {
      const index = next++
      const asked = plan(index)
      if (index % options.killEvery === Math.floor(options.killEvery / 2))
        await Promise.all([door.killZygote(), door.run(asked)])
      else await door.run(asked)
    }
  }
  await Promise.all(watched.flatMap((door) => Array.from({ length: options.lanes }, () => lane(door))))
  signal.throwIfAborted()
}

/** Every tenth run is hostile: each program in turn. */
function planRuns(): (index: number) => SoakRun {
  const hostile = buildHostileRuns('namespaces+landlock+seccomp')
  return (index) => {
    if (index % 10 !== 9) return buildHonestRun(index)
    const turn = Math.floor(index / 10)
    const build = hostile[turn % hostile.length]
    if (!build) throw new Error('there are no hostile programs')
    return build(turn)
  }
}

function describe({ honest, hostile, lost, kills, wrong }: Tally, { runs }: SoakOptions, began: number): string {
  const done = honest + hostile
  const seconds = (performance.now() - began) / 1000
  return (
    `${done}/${runs} runs in ${Math.round(seconds)} s, ${(done / seconds).toFixed(0)}/s, ${hostile} hostile, ` +
    `${kills} zygotes killed, ${lost} runs lost to that, ${wrong.length} wrong`
  )
}
