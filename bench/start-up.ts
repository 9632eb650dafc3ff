import { createSandbox } from 'codenode'
import { median } from './statistics.ts'

export type StartUpReport = { runtimes: readonly string[]; ms: number; samples: number }

const sets = [['python'], ['javascript'], ['python', 'javascript']] as const

/** From nothing to a sandbox that takes its first run, and its packages imported. */
export async function measureStartUp(samples: number, signal: AbortSignal): Promise<StartUpReport[]> {
  const times = sets.map((): number[] => [])
  for (let sample = 0; sample < samples; sample++) {
    for (const [index, runtimes] of sets.entries()) {
      signal.throwIfAborted()
      const began = performance.now()
      const sandbox = await createSandbox({ runtimes })
      times[index]?.push(performance.now() - began)
      await sandbox.close()
    }
  }
  return sets.map((runtimes, index) => ({ runtimes, ms: median(times[index] ?? []), samples }))
}
