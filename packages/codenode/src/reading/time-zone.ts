import type { Issue } from '../contract/failures.ts'
import { quote } from '../contract/values.ts'

/** Where nothing is set, so that a run says the same on every machine. */
export const defaultTimeZone = 'UTC'

/** The local time of runs, and what is wrong with the setting or worth knowing about it. */
export type FoundTimeZone = { timeZone: string; issue?: Issue; notice?: string }

/**
 * `CODENODE_TZ`, else what is `set` elsewhere, else `TZ`, else UTC. `TZ` is not ours alone: if it holds something else than
 * a zone's name, the operator is told and runs have UTC.
 */
export function findTimeZone(
  env: Readonly<Record<string, string | undefined>>,
  set?: { path: string; value: string | undefined },
): FoundTimeZone {
  const own = env.CODENODE_TZ?.trim()
  if (own) return checkTimeZone('CODENODE_TZ', own)
  if (set?.value !== undefined) return checkTimeZone(set.path, set.value)
  const general = env.TZ?.trim().replace(/^:/, '')
  if (!general) return { timeZone: defaultTimeZone }
  const timeZone = parseTimeZone(general)
  if (timeZone !== undefined) return { timeZone }
  const notice = `TZ ${describeProblem(general)} Code runs in UTC; CODENODE_TZ names another zone for it.`
  return { timeZone: defaultTimeZone, notice }
}

export function checkTimeZone(path: string, value: string): FoundTimeZone {
  const timeZone = parseTimeZone(value)
  if (timeZone !== undefined) return { timeZone }
  return { timeZone: defaultTimeZone, issue: { path, message: describeProblem(value) } }
}

function describeProblem(value: string): string {
  return `is ${quote(value)}; it must be the name of a time zone such as Asia/Shanghai, Europe/Berlin or UTC.`
}

/** The name as the zone's file has it. Rules such as `CST-8` and paths are none: the languages read them differently. */
function parseTimeZone(name: string): string | undefined {
  if (!/^[A-Za-z][\w+\-/]*$/.test(name)) return undefined
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions()
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name
  } catch {
    return undefined
  }
}
