import { isObject } from 'codenode/contract'
import { isRetrying } from '../graph/access.ts'
import type { NodeData } from '../graph/document.ts'

/** What the form offers; a document may say 0, too. */
export const retryRanges = {
  maxRetries: { min: 1, max: 10, default: 3, step: 1 },
  intervalMs: { min: 100, max: 5000, default: 1000, step: 100 },
} as const

export type Retry = { readonly isEnabled: boolean; readonly maxRetries: number; readonly intervalMs: number }

/** The retry settings. Where the document says nothing, the numbers are those that switching on will set. */
export function readRetry(data: NodeData): Retry {
  const settings = isObject(data.retry_config) ? data.retry_config : {}
  return {
    isEnabled: isRetrying(data),
    maxRetries: numberOr(settings.max_retries, retryRanges.maxRetries.default),
    intervalMs: numberOr(settings.retry_interval, retryRanges.intervalMs.default),
  }
}

/** Changes retry settings; numbers are brought into the range of the form. Switched off, they are kept. */
export function setRetry(data: NodeData, change: Partial<Retry>): NodeData {
  const { isEnabled, maxRetries, intervalMs } = { ...readRetry(data), ...change }
  return {
    ...data,
    retry_config: {
      ...(isObject(data.retry_config) ? data.retry_config : {}),
      retry_enabled: isEnabled,
      max_retries: clamp('maxRetries', maxRetries),
      retry_interval: clamp('intervalMs', intervalMs),
    },
  }
}

export function clamp(field: keyof typeof retryRanges, value: number): number {
  const { min, max, default: usual } = retryRanges[field]
  return Number.isFinite(value) ? Math.min(max, Math.max(min, Math.round(value))) : usual
}

/** Dify writes 0 where retrying was never switched on. */
function numberOr(value: unknown, usual: number): number {
  return typeof value === 'number' && value > 0 ? value : usual
}
