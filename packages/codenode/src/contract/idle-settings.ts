import type { Issue } from './failures.ts'
import { listNames } from './issues.ts'
import { formatPath } from './paths.ts'
import { isObject, quote } from './values.ts'

export type Passable = {
  settings: Record<string, unknown>
  /** What is passed over, for a warning. */
  ignored: Issue[]
}

/** A node's settings without what Dify's engine never looks at: retries that are off, and defaults of no output. */
export function passOverIdle(settings: Record<string, unknown>): Passable {
  const retry = passOverRetry(settings)
  const defaults = passOverDefaults(retry.settings)
  return { settings: defaults.settings, ignored: [...retry.ignored, ...defaults.ignored] }
}

const ranges = { max_retries: [0, 10], retry_interval: [0, 5000] } as const

function passOverRetry(settings: Record<string, unknown>): Passable {
  const { retry_config: retry } = settings
  if (!isObject(retry) || (retry.retry_enabled ?? false) !== false) return { settings, ignored: [] }
  const ignored = Object.entries(ranges).flatMap(([name, [least, most]]): Issue[] => {
    const { [name]: value } = retry
    if (typeof value !== 'number' || (Number.isInteger(value) && value >= least && value <= most)) return []
    const message = `is ${value}; it must be a whole number from ${least} to ${most}. Retries are off, so it is ignored.`
    return [{ path: `retry_config.${name}`, message }]
  })
  if (ignored.length === 0) return { settings, ignored }
  const names = ignored.map(({ path }) => path.slice('retry_config.'.length))
  const kept = Object.entries(retry).filter(([name]) => !names.includes(name))
  return { settings: { ...settings, retry_config: Object.fromEntries(kept) }, ignored }
}

function passOverDefaults(settings: Record<string, unknown>): Passable {
  const { error_strategy: strategy, default_value: defaults, outputs } = settings
  if (strategy !== 'default-value' || !Array.isArray(defaults) || !isObject(outputs)) return { settings, ignored: [] }
  const isForNothing = (entry: unknown): entry is { key: string } =>
    isObject(entry) && typeof entry.key === 'string' && !Object.hasOwn(outputs, entry.key)
  const declared = listNames(Object.keys(outputs)) || 'none'
  const ignored = defaults.flatMap((entry: unknown, index): Issue[] => {
    if (!isForNothing(entry)) return []
    const path = `${formatPath('', ['default_value', index])}.key`
    return [{ path, message: `is ${quote(entry.key)}, which is not a declared output (${declared}). It is ignored.` }]
  })
  if (ignored.length === 0) return { settings, ignored }
  return { settings: { ...settings, default_value: defaults.filter((entry) => !isForNothing(entry)) }, ignored }
}
