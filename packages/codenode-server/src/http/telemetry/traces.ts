import { type Context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import type { Resource } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Execution } from 'codenode/internal/contract/program'
import type { AnyRecord } from 'codenode/internal/contract/run-documents'
import type { ProgramRequest, RunSummary } from '../../service/api/types.ts'
import { readSampler } from './read-sampler.ts'
import { type BegunRequest, beginRequestSpan, type RequestSpan } from './request-span.ts'
import { writeProgram, writeRun } from './run-spans.ts'
import { type Problem, tellProblems } from './tell-problems.ts'
import { type RequestHeaders, readTraceParent } from './trace-parent.ts'

export type EndedProgram = { language: ProgramRequest['language']; startMs: number; execution: Execution }

export type RunTracer = {
  beginRequest(headers: RequestHeaders, request: BegunRequest): RequestSpan
  continueTrace(runId: string, parent: RequestSpan): void
  traceRun(language: RunSummary['language'], record: AnyRecord): void
  traceProgram(program: EndedProgram, parent: RequestSpan | null): void
  close(): Promise<void>
}

type TracerOptions = { version: string; resource: Resource; onProblem?: ((problem: Problem) => void) | undefined }

/** A collector that does not answer holds up neither the service nor its end. */
const sendMs = 5000

/** Parents that are remembered: more than any service has runs in progress. */
const maxParents = 100_000

/** A span for each request, and below it those of its run, made from the record at the end. */
export function createRunTracer(address: string, { version, resource, onProblem }: TracerOptions): RunTracer {
  const exporter = tellProblems(new OTLPTraceExporter({ url: address, timeoutMillis: sendMs }), onProblem)
  const provider = new TracerProvider({
    resource,
    sampler: readSampler(process.env),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: sendMs })],
  })
  const tracer = provider.getTracer('codenode', version)
  const parents = new Map<string, Context>()

  return {
    beginRequest: (headers, request) => {
      const parent = readTraceParent(headers)
      return beginRequestSpan(tracer, parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT, request)
    },
    continueTrace: (runId, { context }) => {
      if (parents.size < maxParents) parents.set(runId, context)
    },
    traceRun: (language, record) => {
      const parent = parents.get(record.id) ?? ROOT_CONTEXT
      parents.delete(record.id)
      writeRun(tracer, parent, language, record)
    },
    traceProgram: (program, parent) => writeProgram(tracer, parent?.context ?? ROOT_CONTEXT, program),
    close: async () => {
      // What could not be sent has been told by then; an end of the service must not fail on it.
      await provider.shutdown().catch(() => undefined)
    },
  }
}
