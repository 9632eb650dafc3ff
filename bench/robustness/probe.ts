import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { quantile } from '../statistics.ts'

export type ProbeReport = { worstMs: number; medianMs: number; asked: number; failed: number }

/** Starts to ask for a service's health; `stop` gives what was seen. */
export async function startProbe(port: number): Promise<{ stop: () => Promise<ProbeReport> }> {
  const child = fork(path.join(import.meta.dirname, 'probe-process.ts'), [String(port)], { execArgv: [] })
  await once(child, 'message')
  return {
    stop: async () => {
      const told = once(child, 'message')
      const ended = once(child, 'exit')
      child.send('stop')
      const [{ times, failed }] = (await told) as [{ times: number[]; failed: number }] // as probe-process.ts sends it
      await ended
      return { worstMs: Math.max(...times), medianMs: quantile(times, 0.5), asked: times.length, failed }
    },
  }
}
