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
import type { RunRecord } from '../../contract/record.ts'
import type { RunSummary } from '../../service/types.ts'
import { type Problem, tellProblems } from './tell-problems.ts'
import { type RequestHeaders, readTraceParent } from './trace-parent.ts'

export type RunTracer = {
  continueTrace(runId: string, headers: RequestHeaders): void
  traceRun(language: RunSummary['language'], record: RunRecord): void
  close(): Promise<void>
}

type TracerOptions = { version: string; resource: Resource; onProblem?: ((problem: Problem) => void) | undefined }

/** A collector that does not answer holds up neither the service nor its end. */
const sendMs = 5000

/** Parents that are remembered: more than any service has runs in progress. */
const maxParents = 100_000

/** One span for each run and below it one for each attempt, made from the record when the run has ended. */
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
      const span = tracer.startSpan('run', { kind: SpanKind.SERVER, startTime, attributes }, parent)
      const context = trace.setSpan(parent, span)
      for (const attempt of record.attempts) {
        const times = { startTime: new Date(attempt.startedAt), attributes: attributesOfAttempt(attempt) }
        end(tracer.startSpan('attempt', times, context), attempt.status, endOf(attempt))
      }
      end(span, record.status, Math.max(startTime.getTime(), ...record.attempts.map(endOf)))
    },
    close: async () => {
      // What could not be sent has been told by then; an end of the service must not fail on it.
      await provider.shutdown().catch(() => undefined)
    },
  }
}

type Attempt = RunRecord['attempts'][number]

// The text of an error may quote inputs, so only its code is told.
function attributesOf(language: string, { id, status, error, attempts }: RunRecord): Attributes {
  return {
    'codenode.run.id': id,
    'codenode.run.language': language,
    'codenode.run.status': status,
    'codenode.run.attempts': attempts.length,
    ...(error ? { 'error.type': error.code } : {}),
  }
}

function attributesOfAttempt({ index, status, error, usage }: Attempt): Attributes {
  return {
    'codenode.attempt.index': index,
    'codenode.attempt.status': status,
    'codenode.attempt.queued_ms': usage.queuedMs,
    'codenode.attempt.cpu_ms': usage.cpuMs,
    'codenode.attempt.peak_memory_bytes': usage.peakMemoryBytes,
    ...(error ? { 'error.type': error.code } : {}),
  }
}

function endOf({ startedAt, durationMs }: Attempt): number {
  return Date.parse(startedAt) + durationMs
}

function end(span: Span, status: RunRecord['status'], endMs: number): void {
  if (status === 'failed') span.setStatus({ code: SpanStatusCode.ERROR })
  span.end(endMs)
}
