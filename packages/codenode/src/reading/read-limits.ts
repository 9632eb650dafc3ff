import { CodenodeError } from '../contract/error.ts'
import type { Issue } from '../contract/failures.ts'
import { defaultLimits, type LimitName, limitNames, limitTable, type ServerLimits } from '../contract/limits.ts'
import { describeValue, isObject } from '../contract/values.ts'
import { closeNames } from '../values/close-names.ts'

/**
 * Reads the service's limits from the `limits` block of the configuration and the environment, which wins.
 * Throws `configuration_invalid` with everything that is wrong.
 */
export function parseLimits(settings: unknown, env: Readonly<Record<string, string | undefined>> = {}): ServerLimits {
  const { limits, issues } = checkLimits(settings, env)
  if (issues.length > 0) throw new CodenodeError('configuration_invalid', { issues })
  return limits
}

/** As `parseLimits`, but returns the issues; a limit that is wrong or not set is that of `base`. */
export function checkLimits(
  settings: unknown,
  env: Readonly<Record<string, string | undefined>> = {},
  base: ServerLimits = defaultLimits,
): { limits: ServerLimits; issues: Issue[] } {
  const issues: Issue[] = []
  const block = settings ?? {}
  if (!isObject(block)) {
    issues.push({ path: 'limits', message: `is ${describeValue(settings)}; it must be an object of limits.` })
    return { limits: { ...base }, issues }
  }
  for (const key of Object.keys(block)) {
    if (Object.hasOwn(limitTable, key)) continue
    const [meant] = closeNames(key, limitNames)
    const hint = meant === undefined ? `; the limits are ${limitNames.join(', ')}.` : `. Did you mean ${meant}?`
    issues.push({ path: `limits.${key}`, message: `is not a limit${hint}` })
  }

  const set = new Map<LimitName, number | bigint | null>()
  const paths = new Map<LimitName, string>()
  for (const name of limitNames) {
    const given = fromEnvironment(name, env) ?? fromSettings(name, block)
    if (!given) continue
    paths.set(name, given.path)
    const value = toLimit(name, given)
    if (value === undefined)
      issues.push({ path: given.path, message: `is ${given.shown}; it must be ${allowed(name, given.unit)}.` })
    else set.set(name, value)
  }
  // Otherwise a higher wall time alone would have no effect on code that computes.
  const wallMs = set.get('wallMs')
  if (typeof wallMs === 'number' && !set.has('cpuMs')) set.set('cpuMs', 2 * wallMs)

  // toLimit gives each name the type of its entry.
  const limits = { ...base, ...Object.fromEntries(set) }
  if (limits.minNumber > limits.maxNumber) {
    const { minNumber: min, maxNumber: max } = limits
    const path = paths.get('minNumber')
    issues.push(
      path === undefined
        ? {
            path: paths.get('maxNumber') ?? 'limits',
            message: `is ${max}; it must not be below ${min}, the minNumber.`,
          }
        : { path, message: `is ${min}; it must not be above ${max}, the maxNumber.` },
    )
  }
  return { limits, issues }
}

type Given = { path: string; shown: string; value: unknown; unit: 'seconds' | undefined }

/** An empty variable counts as not set, as in a compose file. */
function fromEnvironment(name: LimitName, env: Readonly<Record<string, string | undefined>>): Given | undefined {
  for (const { name: path, unit } of limitTable[name].env) {
    const text = env[path]?.trim()
    if (text) return { path, shown: JSON.stringify(text), value: toNumber(text), unit }
  }
  return undefined
}

function fromSettings(name: LimitName, block: Record<string, unknown>): Given | undefined {
  if (!Object.hasOwn(block, name) || block[name] == null) return undefined
  return { path: `limits.${name}`, shown: describeValue(block[name]), value: block[name], unit: undefined }
}

function toNumber(text: string): number | bigint | undefined {
  if (/^[+-]?\d{1,500}$/.test(text)) return BigInt(text.replace('+', ''))
  return /^\d{1,9}\.\d{1,6}$/.test(text) ? Number(text) : undefined
}

function toLimit(name: LimitName, { value, unit }: Given): number | bigint | undefined {
  const { min, max, default: standard } = limitTable[name]
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
  const scaled = unit === 'seconds' ? Number(value) * 1000 : value
  if (!(scaled >= min && scaled <= max)) return undefined
  if (typeof scaled === 'number' && !Number.isInteger(scaled)) return undefined
  return typeof standard === 'bigint' ? BigInt(scaled) : Number(scaled)
}

function allowed(name: LimitName, unit: 'seconds' | undefined): string {
  const { min, max } = limitTable[name]
  if (typeof min === 'bigint') return 'a whole number'
  if (unit === 'seconds') return `a number of seconds from ${Number(min) / 1000} to ${Number(max) / 1000}`
  return `a whole number from ${min} to ${max}`
}
