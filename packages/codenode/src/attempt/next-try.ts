import { type FailureCode, failures } from '../contract/failures.ts'
import type { CodeNode } from '../contract/node.ts'

/** `maxRetries` tries may follow the first one, each `waitMs` after the try before it failed. */
export type RetryPolicy = { maxRetries: number; waitMs: number }

export type NextTry = { waitMs: number } | { stop: 'not_retryable' | 'attempts_used_up' }

/** A node's policy; no retries unless they are switched on. */
export function toRetryPolicy(config: CodeNode['retry_config']): RetryPolicy {
  return { maxRetries: config?.retry_enabled ? config.max_retries : 0, waitMs: config?.retry_interval ?? 0 }
}

/** Whether another try follows try number `attemptNumber` (from 1), which failed. */
export function nextTry(policy: RetryPolicy, failure: { code: FailureCode }, attemptNumber: number): NextTry {
  if (!failures[failure.code].retry) return { stop: 'not_retryable' }
  if (attemptNumber > policy.maxRetries) return { stop: 'attempts_used_up' }
  return { waitMs: policy.waitMs }
}
