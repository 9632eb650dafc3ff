import { countDescriptors, countFiles, residentKb } from '../support/footprint.ts'
import { eventually } from '../support/sandbox.ts'
import type { Door } from './doors.ts'
import { patientMs } from './options.ts'
import { buildHonestRun } from './programs.ts'

/** What a door has when nothing runs. */
export type Footprint = {
  processes: number
  descriptors: number
  files: number
  residentKb: number
  heldKb: number
  zygotesKb: number
}

/** How much more of each there may be at the end than after the warm-up. */
const mostGrowth = 1.1

/**
 * Resident memory is a noisy figure: V8 and malloc keep pages that are free, also when they are asked to give them back, as the
 * ends of a page are in use. Below this the tenth is not told from noise; what a run leaves behind for good is in it many thousand times.
 */
const noiseKb = { residentKb: 12 * 1024, heldKb: 3 * 1024, zygotesKb: 12 * 1024 }

/** Waits until nothing runs and the spares are there, and measures. */
export async function measure(door: Door): Promise<Footprint> {
  // An interpreter that was killed a moment ago is started by the next run of its language.
  for (let index = 0; index < 10; index++) await door.run(buildHonestRun(index))
  await eventually(`nothing runs in the ${door.name}`, async () => (await door.running()) === 0, patientMs)
  await isSteady(door)
  const memory = await door.memory()
  return {
    processes: door.processes().length,
    descriptors: countDescriptors(door.pid),
    files: countFiles(door.dataDir),
    ...memory,
    zygotesKb: door.zygotes().reduce((sum, pid) => sum + residentKb(pid), 0),
  }
}

/** Until as many processes are seen thirty times in a row: spares have been forked, the dead have been reaped. */
async function isSteady({ name, processes }: Door): Promise<void> {
  let [last, times] = [-1, 0]
  await eventually(
    `the number of processes of the ${name} stays`,
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      const count = processes().length
      times = count === last ? times + 1 : 0
      last = count
      return times >= 30
    },
    patientMs,
  )
}

/** What grew by more than may be, a sentence each. */
export function findGrowth(name: string, before: Footprint, after: Footprint): string[] {
  return (Object.keys(before) as (keyof Footprint)[]).flatMap((key) => {
    const most = Math.max(
      before[key] * mostGrowth,
      before[key] + (key in noiseKb ? noiseKb[key as keyof typeof noiseKb] : 0),
    )
    return after[key] > most ? [`${name}: ${key} grew from ${round(before[key])} to ${round(after[key])}`] : []
  })
}

export function describeFootprint({ residentKb, heldKb, zygotesKb, ...counts }: Footprint): string {
  const { processes, descriptors, files } = counts
  const mebibytes = (kb: number) => `${round(kb / 1024)} MiB`
  return (
    `${processes} processes, ${descriptors} descriptors, ${files} files, ` +
    `${mebibytes(residentKb)} resident, ${mebibytes(heldKb)} held, zygotes ${mebibytes(zygotesKb)}`
  )
}

const round = (value: number): number => Math.round(value * 10) / 10
