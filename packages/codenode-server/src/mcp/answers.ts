import type { CallToolResult } from '@modelcontextprotocol/server'
import type { CodenodeError } from 'codenode/internal/contract/error'
import { type FailureCode, failures } from 'codenode/internal/contract/failures'
import type { LogStream } from 'codenode/internal/contract/program'
import type { RecordError, RunRecord } from 'codenode/internal/contract/record'
import { type AnyRecord, isWorkflowRecord, warningsOf } from 'codenode/internal/contract/run-documents'
import { isObject } from 'codenode/internal/contract/values'
import type { WorkflowNodeRecord, WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import { numberText } from 'codenode/internal/json/exact-numbers'
import { stringifyLossless } from 'codenode/internal/json/json'

/** A run as a tool's answer: the whole record for programs, a short text for models. */
export function toRunAnswer(record: AnyRecord): CallToolResult {
  const isError = record.status === 'failed' || record.status === 'cancelled'
  return { content: text(describeRun(record)), structuredContent: toJsonObject(record), isError }
}

/** What kept a tool from its work. */
export function toErrorAnswer({ code, message, details }: CodenodeError): CallToolResult {
  const { type, blame } = failures[code]
  const error = { code, type, blame, message, hint: adviceFor(code), details }
  return {
    content: text(`${code}: ${message}\n\nWhat to do: ${error.hint}`),
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
  if (Array.isArray(value)) return value.map((element, index) => memberWithDigits(value, index, element))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, memberWithDigits(value, key, member)]))
}

function memberWithDigits(container: object, key: string | number, member: unknown): unknown {
  const text = numberText(container, key)
  return text === undefined ? withDigits(member) : rawJSON(text)
}

function describeRun(record: AnyRecord): string {
  const { id, status, outputs, error, usage } = record
  const warnings = warningsOf(record)
  const parts = [
    ...(error ? [describeError(error, status)] : []),
    ...(outputs ? [`Outputs:\n${stringifyLossless(outputs)}`] : []),
    ...(warnings.length > 0 ? [`Warnings:\n${warnings.map(({ message }) => message).join('\n')}`] : []),
    ...(isWorkflowRecord(record) ? describeNodes(record) : describeLogs(record)),
    `${id}: ${status} in ${Math.round(usage.wallMs)} ms`,
  ]
  return parts.join('\n\n')
}

function describeError({ code, message, traceback, hint }: RecordError, status: AnyRecord['status']): string {
  const handled = status === 'exception' ? "\n\nThe node's error strategy recovered from the failure." : ''
  const where = traceback ? `\n\n${traceback.trimEnd()}` : ''
  return `${code}: ${message}${where}\n\nWhat to do: ${hint ?? adviceFor(code)}${handled}`
}

/** Each node, and what those printed that did not succeed. */
function describeNodes({ nodes }: WorkflowRecord): string[] {
  const lines = nodes.slice(0, maxNodes).map(describeNode)
  const more = nodes.length > maxNodes ? [`and ${nodes.length - maxNodes} more`] : []
  const failed = nodes.filter(({ status, run }) => run && (status === 'failed' || status === 'exception'))
  return [
    `Nodes:\n${[...lines, ...more].join('\n')}`,
    ...failed.slice(0, maxNodes).flatMap(({ id, run }) => (run ? describeLogs(run, `${id} `) : [])),
  ]
}

function describeNode({ id, title, status, error }: WorkflowNodeRecord): string {
  return `${title} (${id}): ${status}${error ? `, ${error.code}` : ''}`
}

/** A model has no use for thousands of them; the record has them all. */
const maxNodes = 100

/** A model has no use for a million characters; the record has them all. */
const maxLogCharacters = 10_000

/** `name`: of the node, where there are several. */
function describeLogs({ logs }: Pick<RunRecord, 'logs'>, name = ''): string[] {
  return (['stdout', 'stderr'] as const).flatMap((stream) => describeStream(logs, stream, name))
}

function describeStream(logs: RunRecord['logs'], stream: LogStream, name: string): string[] {
  const printed = logs
    .filter((entry) => entry.stream === stream)
    .map((entry) => entry.text)
    .join('')
    .trimEnd()
  if (printed === '') return []
  if (printed.length <= maxLogCharacters) return [`${name}${stream}:\n${printed}`]
  const last = printed.slice(-maxLogCharacters)
  return [`${name}${stream}, the last ${maxLogCharacters} of ${printed.length} characters:\n${last}`]
}

function adviceFor(code: FailureCode): string {
  if (code === 'request_invalid') return "Fix the listed issues. The tool's input schema describes the arguments."
  return failures[code].advice
}
