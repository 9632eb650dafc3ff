import { randomUUID } from 'node:crypto'

/**
 * A new id: `run_` and a UUID of version 7 without dashes, so that ids sort by the time of their making. `uuid` gives the
 * random part: one of version 4, which Node makes from a pool, in a hundredth of the time that `randomBytes` takes.
 */
export function newRunId(nowMs: number = Date.now(), uuid: string = randomUUID()): string {
  return `run_${nowMs.toString(16).padStart(12, '0')}7${uuid.slice(15).replaceAll('-', '')}`
}
