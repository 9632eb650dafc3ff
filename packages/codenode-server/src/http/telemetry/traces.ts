import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { Resource } from '@opentelemetry/resources'
import { AlwaysOnSampler, BatchSpanProcessor, ParentBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Attempt } from 'codenode/internal/contract/record'
import { type AnyRecord, isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { WorkflowNodeRecord } from 'codenode/internal/contract/workflow-record'
import type { RunSummary } from '../../service/api/types.ts'
import { type Problem, tellProblems } from './tell-problems.ts'
import { type RequestHeaders, readTraceParent } from './trace-parent.ts'

export type RunTracer = {
  continueTrace(runId: string, headers: RequestHeaders): void
  traceRun(language: RunSummary['language'], record: AnyRecord): void
  close(): Promise<void>
}

type TracerOptions = { version: string; resource: Resource; onProblem?: ((problem: Problem) => void) | undefined }

/** A collector that does not answer holds up neither the service nor its end. */
const sendMs = 5000

/** Parents that are remembered: more than any service has runs in progress. */
const maxParents = 100_000

/** One span for each run and below it one for each attempt, or each node of a workflow, made from the record at the end. */
export function createRunTracer(address: string, { version, resource, onProblem }: TracerOptions): RunTracer {
  const exporter = tellProblems(new OTLPTraceExporter({ url: address, timeoutMillis: sendMs }), onProblem)
  const provider = new TracerProvider({
    resource,
    // A caller that does not sample its trace gets no spans of ours in it.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: sendMs })],
  })
  const tracer = provider.getTracer('codenode', version)
  const parents = new Map<string, Context>()

  return {
    continueTrace: (runId, headers) => {
      const parent = readTraceParent(headers)
      if (parent && parents.size < maxParents) parents.set(runId, trace.setSpanContext(ROOT_CONTEXT, parent))
    },
    traceRun: (language, record) => {
      const parent = parents.get(record.id) ?? ROOT_CONTEXT
      parents.delete(record.id)
      const startTime = new Date(record.startedAt)
      const attributes = attributesOf(language, record)
      const name = isWorkflowRecord(record) ? 'workflow' : 'run'
      const span = tracer.startSpan(name, { kind: SpanKind.SERVER, startTime, attributes }, parent)
      const context = trace.setSpan(parent, span)
      const parts = partsOf(record)
      for (const { name, attributes, status, startMs, endMs } of parts) {
        end(tracer.startSpan(name, { startTime: new Date(startMs), attributes }, context), status, endMs)
      }
      end(span, record.status, Math.max(startTime.getTime(), ...parts.map(({ endMs }) => endMs)))
    },
    close: async () => {
      // What could not be sent has been told by then; an end of the service must not fail on it.
      await provider.shutdown().catch(() => undefined)
    },
  }
}

/** What is told of a run beside itself. */
type Part = { name: string; attributes: Attributes; status: string; startMs: number; endMs: number }

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
    'codenode.attempt.queued_ms': usage.queuedMs,
    'codenode.attempt.cpu_ms': usage.cpuMs,
    'codenode.attempt.peak_memory_bytes': usage.peakMemoryBytes,
    ...(error ? { 'error.type': error.code } : {}),
  }
  const startMs = Date.parse(startedAt)
  return { name: 'attempt', attributes, status, startMs, endMs: startMs + durationMs }
}

/** None for a node that was skipped. */
function toNodePart({ id, type, status, startedAt, durationMs, error }: WorkflowNodeRecord): Part[] {
  if (startedAt === null) return []
  const attributes = {
    'codenode.node.id': id,
    'codenode.node.type': type,
    'codenode.node.status': status,
    ...(error ? { 'error.type': error.code } : {}),
  }
  const startMs = Date.parse(startedAt)
  return [{ name: 'node', attributes, status, startMs, endMs: startMs + durationMs }]
}

function end(span: Span, status: string, endMs: number): void {
  if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(endMs)
}
