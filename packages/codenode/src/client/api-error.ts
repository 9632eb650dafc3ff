import type { FailureCode, Issue } from '../contract/failures.ts'
import { isObject } from '../contract/values.ts'
import { parseLossless } from '../json/json.ts'
import { JsonError } from '../json/json-scan.ts'

/**
 * A code of the failure catalogue; `connection_failed`: no answer came; `answer_unreadable`: the answer is not the
 * service's, but perhaps a proxy's. A newer service may know more codes.
 */
export type ApiErrorCode = FailureCode | 'connection_failed' | 'answer_unreadable' | (string & Record<never, never>)

type ApiErrorFacts = {
  code: ApiErrorCode
  message: string
  /** Null: no answer came. */
  status?: number | null
  hint?: string | null
  issues?: readonly Issue[]
  retryAfterMs?: number | null
  cause?: unknown
}

/**
 * The service did not do what it was asked. What goes wrong in a run is not thrown but told in its record.
 *
 * @example
 * if (error instanceof ApiError && error.code === 'too_many_runs') await wait(error.retryAfterMs ?? 1000)
 */
export class ApiError extends Error {
  readonly code: ApiErrorCode
  /** Of the HTTP answer; null when none came. */
  readonly status: number | null
  /** What to do, where the service says so. */
  readonly hint: string | null
  /** What is wrong in the request, where the service says so. */
  readonly issues: readonly Issue[]
  /** How long to wait before the next try, where the service says so. */
  readonly retryAfterMs: number | null

  constructor({ code, message, status = null, hint = null, issues = [], retryAfterMs = null, cause }: ApiErrorFacts) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ApiError'
    this.code = code
    this.status = status
    this.hint = hint
    this.issues = issues
    this.retryAfterMs = retryAfterMs
  }

  /** Whether the same request can succeed later. */
  get isTemporary(): boolean {
    return this.status === null || this.status >= 500 || this.status === 429 || this.status === 408
  }
}

/** The error that an answer other than 2xx tells, as problem+json (RFC 9457) or not. */
export function readProblem(answer: { status: number; retryAfter: string | null; text: string }): ApiError {
  const { status, retryAfter, text } = answer
  const retryAfterMs = readRetryAfter(retryAfter, Date.now())
  const problem = parseProblem(text)
  if (!problem) {
    const message = `The answer with status ${status} is not one of Codenode; perhaps a proxy gave it.`
    return new ApiError({ code: 'answer_unreadable', message, status, retryAfterMs })
  }
  const { code, detail, title, hint, issues } = problem
  const message = [detail, title].find((it) => typeof it === 'string') ?? code
  const told = { hint: typeof hint === 'string' ? hint : null, issues: readIssues(issues) }
  return new ApiError({ code, message, status, retryAfterMs, ...told })
}

/** `Retry-After`: seconds, or a date. */
export function readRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null || header.trim() === '') return null
  const seconds = Number(header)
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - nowMs : seconds * 1000
  return Number.isNaN(waitMs) ? null : Math.max(0, waitMs)
}

type Problem = { code: string; detail?: unknown; title?: unknown; hint?: unknown; issues?: unknown }

function parseProblem(text: string): Problem | null {
  try {
    const value = parseLossless(text)
    return isObject(value) && typeof value.code === 'string' ? { ...value, code: value.code } : null
  } catch (error) {
    if (error instanceof JsonError) return null
    throw error
  }
}

function readIssues(issues: unknown): Issue[] {
  return Array.isArray(issues) ? issues.filter(isIssue) : []
}

function isIssue(value: unknown): value is Issue {
  return isObject(value) && typeof value.path === 'string' && typeof value.message === 'string'
}
