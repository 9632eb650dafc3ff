import type { CallToolResult } from '@modelcontextprotocol/server'
import type { CodenodeError } from '../contract/error.ts'
import { type FailureCode, failures } from '../contract/failures.ts'
import { stringifyLossless } from '../contract/json.ts'
import type { LogStream } from '../contract/program.ts'
import type { RecordError, RunRecord } from '../contract/record.ts'
import { isObject } from '../contract/values.ts'

/** A run as a tool's answer: the whole record for programs, a short text for models. */
export function toRunAnswer(record: RunRecord): CallToolResult {
  const isError = record.status === 'failed' || record.status === 'cancelled'
  return { content: text(describeRun(record)), structuredContent: toJsonObject(record), isError }
}

/** What kept a tool from its work. */
export function toErrorAnswer({ code, message, details }: CodenodeError): CallToolResult {
  const { type, blame } = failures[code]
  const error = { code, type, blame, message, advice: adviceFor(code), details }
  return {
    content: text(`${code}: ${message}\n\nWhat to do: ${error.advice}`),
    structuredContent: toJsonObject({ error }),
    isError: true,
  }
}

export function text(content: string): CallToolResult['content'] {
  return [{ type: 'text', text: content }]
}

/**
 * The value as JSON.stringify can write it, which is how the SDK sends it: a bigint becomes its digits, so that the number
 * on the wire is exact. What a client's own parser makes of it is another matter.
 */
export function toJsonObject(value: Record<string, unknown>): Record<string, unknown> {
  // An object stays an object.
  return withDigits(value) as Record<string, unknown>
}

// Node 24 has it, TypeScript's library of ES2024 not yet.
const { rawJSON } = JSON as unknown as { rawJSON: (json: string) => unknown }

function withDigits(value: unknown): unknown {
  if (typeof value === 'bigint') return rawJSON(String(value))
  if (Array.isArray(value)) return value.map(withDigits)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withDigits(member)]))
}

function describeRun(record: RunRecord): string {
  const { status, outputs, error, warnings, usage } = record
  const parts = [
    ...(error ? [describeError(error, status)] : []),
    ...(outputs ? [`Outputs:\n${stringifyLossless(outputs)}`] : []),
    ...(warnings.length > 0 ? [`Warnings:\n${warnings.map(({ message }) => message).join('\n')}`] : []),
    ...(['stdout', 'stderr'] as const).flatMap((stream) => describeLogs(record, stream)),
    `${record.id}: ${status} in ${Math.round(usage.wallMs)} ms`,
  ]
  return parts.join('\n\n')
}

function describeError({ code, message, traceback }: RecordError, status: RunRecord['status']): string {
  const handled = status === 'exception' ? "\n\nThe node's error strategy handled the failure." : ''
  const where = traceback ? `\n\n${traceback.trimEnd()}` : ''
  return `${code}: ${message}${where}\n\nWhat to do: ${adviceFor(code)}${handled}`
}

/** A model has no use for a million characters; the record has them all. */
const maxLogCharacters = 10_000

function describeLogs({ logs }: RunRecord, stream: LogStream): string[] {
  const printed = logs
    .filter((entry) => entry.stream === stream)
    .map((entry) => entry.text)
    .join('')
    .trimEnd()
  if (printed === '') return []
  if (printed.length <= maxLogCharacters) return [`${stream}:\n${printed}`]
  return [
    `${stream}, the last ${maxLogCharacters} of ${printed.length} characters:\n${printed.slice(-maxLogCharacters)}`,
  ]
}

function adviceFor(code: FailureCode): string {
  if (code === 'request_invalid') return 'Correct what the list names; the input schema of the tool describes the rest.'
  return failures[code].advice
}
