import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import {
  detectResources,
  type Resource,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import type { Execution } from 'codenode/internal/contract/program'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { ProgramRequest, RunService } from '../../service/api/types.ts'
import { LaterWork } from './later-work.ts'
import { createRequestMetrics, type EndedRequest } from './request-metrics.ts'
import type { BegunRequest, RequestSpan } from './request-span.ts'
import { createRunMetrics } from './run-metrics.ts'
import { observeProcess, observeSandbox, observeService } from './state-metrics.ts'
import type { RequestHeaders } from './trace-parent.ts'
import type { EndedProgram } from './traces.ts'

export type TelemetryOptions = {
  runs: RunService
  sandbox: RunningSandbox
  /** Of Codenode, for `codenode_build_info` and the traces. */
  version: string
  /** Places for programs in the sandbox. */
  maxRunning: number
  /** Whether the metrics tell what each API key has used, to whoever reads them. Default: false. */
  perClient?: boolean
  /** Where traces are sent, as OTLP over HTTP, such as `http://collector:4318/v1/traces`; null: nowhere. */
  traces: string | null
  /** Told when traces cannot be sent, and when they can be again. */
  onProblem?: (problem: { message: string; isSolved: boolean }) => void
}

export type Telemetry = {
  /** What a scrape is answered with; the figures of the moment are read now. */
  metricsText(): Promise<string>
  /** The content type of that text. */
  readonly contentType: string
  /** Counts a whole program, of which the service keeps no record. Runs of nodes are counted by themselves. */
  countProgram(language: ProgramRequest['language'], execution: Execution): void
  /**
   * Begins the span of a request, as a part of the trace that its `traceparent` names or of a new one. Returns the id of the
   * trace; null where no traces are sent. `request`: stands for it in the calls below.
   */
  beginRequest(request: object, headers: RequestHeaders, begun: BegunRequest): string | null
  /** Counts a request that has ended, and ends its span. */
  endRequest(request: object, ended: EndedRequest): void
  /** Puts the spans of a run below that of the request. To be called once, for a run that is new, before the door waits for anything. */
  continueTrace(runId: string, request: object): void
  /** Puts a whole program that has ended just now below the span of the request. */
  traceProgram(program: EndedProgram, request: object): void
  /** Sends the traces that are left, for at most 5 s. */
  close(): Promise<void>
}

/** Metrics for Prometheus and, where they are asked for, traces. Nothing of a run's code, inputs or outputs is in them. */
export async function createTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { runs, sandbox, version, traces, maxRunning, perClient = false } = options
  const resource = describeService(version)

  // The door of the service answers the scrapes; the exporter's own server is never started.
  const reader = new PrometheusExporter({ preventServerStart: true })
  const provider = new MeterProvider({ resource, readers: [reader] })
  const meter = provider.getMeter('codenode', version)
  const metrics = createRunMetrics(meter)
  const countRequest = createRequestMetrics(meter)
  observeService(meter, runs, { perClient })
  observeSandbox(meter, sandbox, { version, maxRunning })
  const endProcess = observeProcess(meter)
  runs.onRefused((code) => metrics.countRefusal(code))
  const work = new LaterWork()
  runs.onEnded((record, { language }) => work.add(() => metrics.countRun(language, record)))

  // Loaded only here: whoever sends no traces does not pay for it at start.
  const tracer =
    traces === null ? null : (await import('./traces.ts')).createRunTracer(traces, { ...options, resource })
  if (tracer) runs.onEnded((record, { language }) => work.add(() => tracer.traceRun(language, record)))

  const spans = new WeakMap<object, RequestSpan>()
  const serializer = new PrometheusSerializer('', false, undefined, true, true)
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    metricsText: async () => {
      work.finish()
      return serializer.serialize((await reader.collect()).resourceMetrics)
    },
    countProgram: (language, execution) => metrics.countProgram(language, execution),
    beginRequest: (request, headers, begun) => {
      const span = tracer?.beginRequest(headers, begun)
      if (span) spans.set(request, span)
      return span?.traceId ?? null
    },
    endRequest: (request, ended) => {
      spans.get(request)?.end(ended)
      work.add(() => countRequest(ended))
    },
    continueTrace: (runId, request) => {
      const span = spans.get(request)
      if (span) tracer?.continueTrace(runId, span)
    },
    traceProgram: (program, request) => tracer?.traceProgram(program, spans.get(request) ?? null),
    close: async () => {
      work.finish()
      endProcess()
      await Promise.all([provider.shutdown(), tracer?.close()])
    },
  }
}

/** The service as traces name it. `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` add to it and win. */
function describeService(version: string): Resource {
  const own = resourceFromAttributes({
    'service.name': 'codenode',
    'service.version': version,
    'service.instance.id': randomUUID(),
    'host.name': hostname(),
    'process.pid': process.pid,
  })
  return own.merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }))
}
