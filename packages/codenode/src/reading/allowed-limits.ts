import type * as z from 'zod'
import { CodenodeError } from '../contract/error.ts'
import { defaultLimits, type LimitName, limitNames, type ServerLimits } from '../contract/limits.ts'
import type { Sandbox } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { describeValue, isObject } from '../contract/values.ts'
import { checkLimits } from './read-limits.ts'
import { checkRunOptions } from './run-options.ts'

/** A sandbox, with what it allows its runs where it says so; one that `createSandbox` has made does. */
export type LimitedSandbox = Sandbox & { readonly limits?: ServerLimits | undefined }

/** What runs run with. `limits`: any of them; the others are the sandbox's. */
export type RunMeans = { sandbox: LimitedSandbox; limits?: Partial<ServerLimits> | undefined }

/**
 * The limits of a run: the sandbox's, lowered by the run's own. One that asks for more than the sandbox allows gets what
 * the sandbox allows, and `warnNotRaised` says so. Throws `configuration_invalid` with everything that is wrong, before anything runs. `schema`: of all the
 * options, which are checked with them where a caller has given them.
 */
export function parseRunLimits(means: RunMeans, schema?: z.ZodObject): ServerLimits {
  const sandbox = checkSandbox(means)
  const wrong = schema === undefined ? [] : checkRunOptions(means, schema)
  const allowed = sandbox.limits ?? defaultLimits
  const isOwn = means.limits !== undefined && means.limits !== allowed
  const { limits, issues } = isOwn ? checkLimits(means.limits, {}, allowed) : { limits: allowed, issues: [] }
  if (wrong.length + issues.length > 0)
    throw new CodenodeError('configuration_invalid', { issues: [...wrong, ...issues] })
  if (!isOwn) return allowed
  // A sandbox that names no limits of its own leaves them to its caller.
  return sandbox.limits ? lowerTo(sandbox.limits, limits) : limits
}

/** One warning for each limit of the options that asks for more than the sandbox allows. */
export function warnNotRaised({ sandbox: { limits: allowed }, limits: asked }: RunMeans): Warning[] {
  if (!allowed || !asked || asked === allowed) return []
  return limitNames.flatMap((name): Warning[] => {
    const value = asked[name]
    // Null is as if it were not set.
    if (value == null || !isLooser(name, value, allowed[name])) return []
    const path = `options.limits.${name}`
    const message = `${path} is ${value}; the sandbox allows ${allowed[name]}, which was used.`
    return [{ code: 'limit_not_raised', path, message }]
  })
}

/** The types say that it is there; who calls from JavaScript has no types. */
function checkSandbox(means: unknown): LimitedSandbox {
  const sandbox = isObject(means) ? means.sandbox : undefined
  // Far from complete, but a sandbox that can run is no mistake.
  if (isRunner(sandbox)) return sandbox
  const found = sandbox === undefined ? 'is missing' : `is ${describeValue(sandbox)}`
  const message = `${found}; it must be a sandbox such as createSandbox makes.`
  throw new CodenodeError('configuration_invalid', { issues: [{ path: 'options.sandbox', message }] })
}

function isRunner(value: unknown): value is LimitedSandbox {
  return typeof value === 'object' && value !== null && 'run' in value && typeof value.run === 'function'
}

function lowerTo(allowed: ServerLimits, asked: ServerLimits): ServerLimits {
  const lower = (name: LimitName) => (isLooser(name, asked[name], allowed[name]) ? allowed[name] : asked[name])
  // Each name keeps the type of its entry.
  return Object.fromEntries(limitNames.map((name) => [name, lower(name)])) as ServerLimits
}

/** Whether `value` lets more through than `than`. Null is no limit at all. */
export function isLooser(name: LimitName, value: number | bigint | null, than: number | bigint | null): boolean {
  if (than === null) return false
  if (value === null) return true
  return name === 'minNumber' ? value < than : value > than
}
