import type { Issue } from '../contract/failures.ts'
import { listNames, maxToldIssues } from '../contract/issues.ts'
import { retryRanges } from '../contract/node.ts'
import { formatPath } from '../contract/paths.ts'
import { isObject, quote } from '../contract/values.ts'

/** What Dify's engine never looks at does not keep a node from running: retries that are off, and defaults of no output. */
export type PassedOver = {
  settings: Record<string, unknown>
  /** What is passed over, for warnings; the first hundred. */
  ignored: Issue[]
}

/** Takes retries that are off out of the settings where they are out of range, and finds defaults of no output. */
export function passOverIdle(settings: Record<string, unknown>): PassedOver {
  const retry = passOverRetry(settings)
  return { ...retry, ignored: [...retry.ignored, ...findIdleDefaults(settings)].slice(0, maxToldIssues) }
}

/** The defaults of outputs that are declared. */
export function defaultsOf<Entry extends { key: string }>(
  defaults: readonly Entry[] | null | undefined,
  outputs: Readonly<Record<string, unknown>>,
): Entry[] | null | undefined {
  return defaults?.filter(({ key }) => Object.hasOwn(outputs, key))
}

function passOverRetry(settings: Record<string, unknown>): PassedOver {
  const { retry_config: retry } = settings
  if (!isObject(retry) || (retry.retry_enabled ?? false) !== false) return { settings, ignored: [] }
  const ignored = Object.entries(retryRanges).flatMap(([name, [least, most]]): Issue[] => {
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

function findIdleDefaults({ error_strategy, default_value: defaults, outputs }: Record<string, unknown>): Issue[] {
  if (error_strategy !== 'default-value' || !Array.isArray(defaults) || !isObject(outputs)) return []
  const declared = listNames(Object.keys(outputs)) || 'none'
  return defaults.flatMap((entry: unknown, index): Issue[] => {
    if (!isObject(entry) || typeof entry.key !== 'string' || Object.hasOwn(outputs, entry.key)) return []
    const path = `${formatPath('', ['default_value', index])}.key`
    return [{ path, message: `is ${quote(entry.key)}, which is not a declared output (${declared}). It is ignored.` }]
  })
}
