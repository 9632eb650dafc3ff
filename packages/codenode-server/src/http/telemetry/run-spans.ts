import {
  type Attributes,
  type Context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { Execution } from 'codenode/internal/contract/program'
import type { Attempt } from 'codenode/internal/contract/record'
import { type AnyRecord, isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { WorkflowNodeRecord } from 'codenode/internal/contract/workflow-record'
import type { ProgramRequest, RunSummary } from '../../service/api/types.ts'

/** Spans of one run. An iteration can have very many items, and a collector takes them in batches. */
const maxSpans = 500

/** A span that has ended, with those below it. */
type Part = { name: string; attributes: Attributes; status: string; startMs: number; endMs: number; parts: Part[] }

/**
 * Writes a run as spans: below it its attempts, or the nodes of a workflow with theirs and those inside iterations. Of more than
 * 500 the later ones are left out, and `codenode.run.spans_left_out` counts them.
 */
export function writeRun(tracer: Tracer, parent: Context, language: RunSummary['language'], record: AnyRecord): void {
  const parts = partsOf(record)
  const startMs = Date.parse(record.startedAt)
  const leftOut = Math.max(0, countParts(parts) - (maxSpans - 1))
  write(
    tracer,
    parent,
    { left: maxSpans },
    {
      name: isWorkflowRecord(record) ? 'workflow' : 'run',
      attributes: {
        ...attributesOf(language, record),
        ...(leftOut > 0 ? { 'codenode.run.spans_left_out': leftOut } : {}),
      },
      status: record.status,
      startMs,
      endMs: Math.max(startMs, ...parts.map(({ endMs }) => endMs)),
      parts,
    },
  )
}

/** Writes a whole program, of which there is no record, as a span. It ends now. */
export function writeProgram(
  tracer: Tracer,
  parent: Context,
  { language, startMs, execution }: { language: ProgramRequest['language']; startMs: number; execution: Execution },
): void {
  const { outcome, usage } = execution
  const isDone = outcome.status === 'returned' || (outcome.status === 'exited' && outcome.exitCode === 0)
  const attributes = {
    'codenode.run.language': language,
    'codenode.run.status': isDone ? 'succeeded' : outcome.status === 'cancelled' ? 'cancelled' : 'failed',
    ...usageOf('codenode.run', usage),
    ...(outcome.status === 'failed' ? { 'error.type': outcome.failure.code } : {}),
  }
  const status = attributes['codenode.run.status']
  write(tracer, parent, { left: 1 }, { name: 'program', attributes, status, startMs, endMs: Date.now(), parts: [] })
}

function write(tracer: Tracer, parent: Context, room: { left: number }, part: Part): void {
  if (room.left <= 0) return
  room.left -= 1
  const { name, attributes, startMs, endMs, status } = part
  const kind = SpanKind.INTERNAL
  const span = tracer.startSpan(name, { kind, startTime: new Date(startMs), attributes }, parent)
  const context = trace.setSpan(parent, span)
  for (const below of part.parts) write(tracer, context, room, below)
  end(span, status, endMs)
}

function countParts(parts: readonly Part[]): number {
  return parts.reduce((count, part) => count + 1 + countParts(part.parts), 0)
}

function partsOf(record: AnyRecord): Part[] {
  return isWorkflowRecord(record) ? record.nodes.flatMap(toNodePart) : record.attempts.map(toAttemptPart)
}

// The text of an error may quote inputs, so only its code is told.
function attributesOf(language: string | null, record: AnyRecord): Attributes {
  const { id, status, error } = record
  return {
    'codenode.run.id': id,
    ...(language === null ? {} : { 'codenode.run.language': language }),
    'codenode.run.status': status,
    ...(isWorkflowRecord(record)
      ? { 'codenode.run.nodes': record.nodes.length }
      : { 'codenode.run.attempts': record.attempts.length }),
    ...(error ? { 'error.type': error.code } : {}),
  }
}

function toAttemptPart({ index, status, startedAt, durationMs, error, usage }: Attempt): Part {
  const attributes = {
    'codenode.attempt.index': index,
    'codenode.attempt.status': status,
    ...usageOf('codenode.attempt', usage),
    ...(error ? { 'error.type': error.code } : {}),
  }
  const startMs = Date.parse(startedAt)
  return { name: 'attempt', attributes, status, startMs, endMs: startMs + durationMs, parts: [] }
}

function usageOf(prefix: string, usage: Attempt['usage']): Attributes {
  return {
    [`${prefix}.queued_ms`]: usage.queuedMs,
    [`${prefix}.cpu_ms`]: usage.cpuMs,
    [`${prefix}.peak_memory_bytes`]: usage.peakMemoryBytes,
  }
}

/** None for a node that was skipped. */
function toNodePart({ id, type, status, startedAt, durationMs, error, run, iterations }: WorkflowNodeRecord): Part[] {
  if (startedAt === null) return []
  const attributes = {
    'codenode.node.id': id,
    'codenode.node.type': type,
    'codenode.node.status': status,
    ...(error ? { 'error.type': error.code } : {}),
  }
  const startMs = Date.parse(startedAt)
  const inside = (iterations?.items ?? []).flatMap(({ nodes }) => nodes ?? [])
  const parts = [...(run?.attempts ?? []).map(toAttemptPart), ...inside.flatMap(toNodePart)]
  return [{ name: 'node', attributes, status, startMs, endMs: startMs + durationMs, parts }]
}

function end(span: Span, status: string, endMs: number): void {
  if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(endMs)
}
