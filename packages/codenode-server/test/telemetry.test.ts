import { ROOT_CONTEXT } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { type CodeNodeInput, defaultLimits, type RunRecord } from 'codenode'
import { isWorkflowRecord } from 'codenode/internal/contract/run-documents'
import type { WorkflowNodeRecord } from 'codenode/internal/contract/workflow-record'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { choosing, handled, iterating } from '../../codenode/test/support/workflows.ts'
import { createTelemetry, type Telemetry, type TelemetryOptions } from '../src/http/telemetry/create-telemetry.ts'
import { writeRun } from '../src/http/telemetry/run-spans.ts'
import { createRunService } from '../src/service/run-service.ts'
import { openCollector, type ReceivedSpan } from './support/otlp-collector.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
})
afterAll(async () => {
  await sandbox?.close()
})

const client = 'key_0123456789ab'
const secret = 'a text that only the run may know'

function node(code: string, settings: Partial<CodeNodeInput> = {}): CodeNodeInput {
  const title = `Titled ${secret}`
  return { type: 'code', title, code_language: 'python3', variables: [], outputs: {}, code, ...settings }
}

const good = node(`def main():\n    return {}  # ${secret}`)
const bad = node(`def main():\n    raise ValueError("${secret}")`)

/** A request that asks for a run. */
function askedBy(telemetry: Telemetry, headers: Record<string, string>) {
  const request = {}
  const begun = { method: 'POST', route: '/v1/nodes/run', path: '/v1/nodes/run', scheme: 'http', userAgent: undefined }
  telemetry.beginRequest(request, headers, begun)
  const ended = { method: 'POST', route: '/v1/nodes/run', status: 200, problem: null, seconds: 0.1 }
  return { request, end: () => telemetry.endRequest(request, ended) }
}

/** A service with telemetry. */
async function open(options: Partial<TelemetryOptions> = {}) {
  const history = { file: ':memory:', maxRuns: 100, maxAgeDays: 1, inputs: true }
  const runs = createRunService({ sandbox, limits: defaultLimits, maxRuns: 10, history })
  const telemetry = await createTelemetry({ runs, sandbox, version: '1.2.3', maxRunning: 4, traces: null, ...options })
  const run = async (request: CodeNodeInput, headers: Record<string, string> = {}): Promise<RunRecord> => {
    const asked = askedBy(telemetry, headers)
    const started = runs.start({ node: request, inputs: {} }, { client })
    telemetry.continueTrace(started.id, asked.request)
    const record = await started.record
    asked.end()
    return record
  }
  const close = async (): Promise<void> => {
    await runs.close()
    await telemetry.close()
  }
  return { runs, telemetry, run, close, [Symbol.asyncDispose]: close }
}

/** Prometheus text as a map from a sample's name and labels to its value; also a check of the format. */
async function scrape(telemetry: Telemetry): Promise<Map<string, number>> {
  const text = await telemetry.metricsText()
  expect(text.endsWith('\n')).toBe(true)
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    samples.map((line) => {
      const [, name = '', labels = '', value = ''] =
        /^([a-z0-9_]+)(\{(?:[a-z_]+="[^"\\]*",?)+\})? (\S+)$/.exec(line) ?? expect.fail(`not a sample: ${line}`)
      return [name + labels, Number(value)]
    }),
  )
}

describe('metrics', () => {
  test('count runs by language and outcome, and measure them', async () => {
    await using service = await open()
    await service.run(good)
    await service.run(good)
    await service.run(bad)
    await service.run(node('const main = () => ({})', { code_language: 'javascript' }))
    await service.run(
      node('def main(): return {}', { outputs: { a: { type: 'string' } }, error_strategy: 'fail-branch' }),
    )
    const samples = await scrape(service.telemetry)
    const counts = [...samples].filter(([name, count]) => name.startsWith('codenode_runs_total') && count > 0)
    expect(Object.fromEntries(counts)).toEqual({
      'codenode_runs_total{kind="node",language="python",status="succeeded",error_code=""}': 2,
      'codenode_runs_total{kind="node",language="python",status="failed",error_code="code_threw"}': 1,
      'codenode_runs_total{kind="node",language="javascript",status="succeeded",error_code=""}': 1,
      'codenode_runs_total{kind="node",language="python",status="exception",error_code="output_missing"}': 1,
    })
    const python = '{kind="node",language="python"}'
    for (const name of ['duration_seconds', 'queue_seconds', 'cpu_seconds', 'peak_memory_bytes']) {
      expect(samples.get(`codenode_run_${name}_count${python}`), name).toBe(4)
      expect(samples.get(`codenode_run_${name}_bucket{kind="node",language="python",le="+Inf"}`), name).toBe(4)
    }
    expect(samples.get(`codenode_run_duration_seconds_sum${python}`)).toBeGreaterThan(0)
    expect(samples.get(`codenode_run_duration_seconds_sum${python}`)).toBeLessThan(60)
  })

  test('count workflows by status, and their nodes by type and status', async () => {
    await using service = await open()
    for (const workflow of [handled, handled, choosing]) {
      await service.runs.startWorkflow({ workflow, inputs: { n: 1 } }, { client }).record
    }
    const samples = await scrape(service.telemetry)
    const counts = (name: string) =>
      Object.fromEntries([...samples].filter(([sample, count]) => sample.startsWith(name) && count > 0))
    expect(counts('codenode_runs_total')).toEqual({
      'codenode_runs_total{kind="workflow",language="",status="partial-succeeded",error_code=""}': 2,
      'codenode_runs_total{kind="workflow",language="",status="succeeded",error_code=""}': 1,
    })
    expect(counts('codenode_workflow_nodes_total')).toEqual({
      'codenode_workflow_nodes_total{type="start",status="succeeded"}': 3,
      'codenode_workflow_nodes_total{type="code",status="exception"}': 2,
      'codenode_workflow_nodes_total{type="code",status="skipped"}': 2,
      'codenode_workflow_nodes_total{type="code",status="succeeded"}': 2,
      'codenode_workflow_nodes_total{type="variable-aggregator",status="succeeded"}': 2,
      'codenode_workflow_nodes_total{type="end",status="succeeded"}': 3,
      'codenode_workflow_nodes_total{type="end",status="skipped"}': 1,
      'codenode_workflow_nodes_total{type="if-else",status="succeeded"}': 1,
      'codenode_workflow_nodes_total{type="template-transform",status="skipped"}': 1,
    })
    expect(samples.get('codenode_run_duration_seconds_count{kind="workflow",language=""}')).toBe(3)
  })

  test('tell what the service and its process do at the moment of the scrape', async () => {
    await using service = await open()
    // The processes of runs that have ended are reaped behind their records.
    await expect.poll(() => sandbox.stats().running).toBe(0)
    const stop = new AbortController()
    const waiting = node('import time\ndef main():\n    print("here", flush=True)\n    time.sleep(100)')
    const started = service.runs.start({ node: waiting, inputs: {} }, { client, signal: stop.signal })
    for await (const { event } of service.runs.follow(started.id, client, {})) if (event.type === 'log') break
    const samples = await scrape(service.telemetry)
    stop.abort()
    const { level } = sandbox.isolation
    expect(samples.get('codenode_runs_active')).toBe(1)
    expect(samples.get('codenode_sandbox_running')).toBe(1)
    expect(samples.get('codenode_sandbox_waiting')).toBe(0)
    expect(samples.get('codenode_history_writable')).toBe(1)
    expect(samples.get('codenode_zygote_restarts_total{runtime="python"}')).toBe(0)
    expect(samples.get('codenode_sandbox_spares{runtime="javascript"}')).toBeGreaterThanOrEqual(0)
    expect(
      samples.get(`codenode_build_info{version="1.2.3",node="${process.versions.node}",isolation="${level}"}`),
    ).toBe(1)
    expect(samples.get('process_resident_memory_bytes')).toBeGreaterThan(1e7)
    expect(samples.get('process_cpu_seconds_total')).toBeGreaterThan(0)
    expect(samples.get('process_start_time_seconds')).toBeLessThan(Date.now() / 1000)
  })

  test('count whole programs apart from nodes', async () => {
    await using service = await open()
    for (const code of ['print(1)', 'raise SystemExit(3)']) {
      service.telemetry.countProgram('python', await service.runs.runProgram({ language: 'python', code }, { client }))
    }
    const counts = [...(await scrape(service.telemetry))].filter(
      ([name, count]) => name.startsWith('codenode_runs_total') && count > 0,
    )
    expect(counts).toEqual([
      ['codenode_runs_total{kind="program",language="python",status="succeeded",error_code=""}', 1],
      ['codenode_runs_total{kind="program",language="python",status="failed",error_code="code_exited"}', 1],
    ])
  })

  test('name neither clients nor anything of a run', async () => {
    await using service = await open()
    await service.run(bad)
    const text = await service.telemetry.metricsText()
    expect(text).not.toContain(client)
    expect(text).not.toContain(secret)
  })

  test('tell what each client has used, where the operator alone reads them', async () => {
    await using service = await open({ perClient: true })
    await service.run(good)
    await service.run(bad)
    await service.runs.runProgram({ language: 'python', code: 'print(1)' }, { client: 'key_other' })
    const samples = await scrape(service.telemetry)
    expect(samples.get(`codenode_client_runs_total{client="${client}"}`)).toBe(2)
    expect(samples.get('codenode_client_runs_total{client="key_other"}')).toBe(1)
    expect(samples.get(`codenode_client_cpu_seconds_total{client="${client}"}`)).toBeGreaterThan(0)
    expect(samples.get(`codenode_client_request_bytes_total{client="${client}"}`)).toBeGreaterThan(good.code.length)
    const { runs, cpuSeconds } = service.runs.usage(client)
    expect([runs, cpuSeconds]).toEqual([2, samples.get(`codenode_client_cpu_seconds_total{client="${client}"}`)])
  })

  test('count what is refused, and have the series before the first time', async () => {
    await using service = await open()
    const refused = (code: string) => `codenode_runs_refused_total{error_code="${code}"}`
    const before = await scrape(service.telemetry)
    for (const code of ['pool_full', 'too_many_runs', 'service_stopping']) expect(before.get(refused(code))).toBe(0)
    expect(
      before.get('codenode_runs_total{kind="node",language="python",status="failed",error_code="sandbox_lost"}'),
    ).toBe(0)
    const sleeping = node('import time\ndef main():\n    time.sleep(100)')
    const stop = new AbortController()
    const all = Array.from({ length: 10 }, () =>
      service.runs.start({ node: sleeping }, { client, signal: stop.signal }),
    )
    expect(() => service.runs.start({ node: sleeping }, { client })).toThrow('Too many runs')
    await expect(
      service.runs.runProgram({ language: 'python', code: 'print(1)' }, { client: 'key_other' }),
    ).rejects.toThrow('Too many runs')
    stop.abort()
    await Promise.all(all.map(({ record }) => record))
    const after = await scrape(service.telemetry)
    expect(after.get(refused('pool_full'))).toBe(2)
    expect(after.get('codenode_runs_max')).toBe(10)
    expect(after.get('codenode_sandbox_max_running')).toBe(4)
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes', 'process_open_fds']) {
      expect(after.get(name), name).toBeGreaterThanOrEqual(0)
    }
  })
})

const traceId = '0af7651916cd43dd8448eb211c80319c'
const parentSpanId = 'b7ad6b7169203331'

const named = (spans: readonly ReceivedSpan[], name: string) => spans.filter((span) => span.name === name)

describe('traces', () => {
  test('a run and its attempts are spans below that of the request, in the trace of the caller', async () => {
    await using collector = await openCollector()
    const service = await open({ traces: collector.address })
    const retrying = node(bad.code, { retry_config: { retry_enabled: true, max_retries: 1, retry_interval: 1 } })
    const record = await service.run(retrying, { traceparent: `00-${traceId}-${parentSpanId}-01` })
    await service.close()

    const [request] = named(collector.spans, 'POST /v1/nodes/run') as [ReceivedSpan]
    expect(request).toMatchObject({ traceId, parentSpanId, kind: 2, status: { code: 0 } })
    expect(request.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/v1/nodes/run',
      'http.response.status_code': 200,
      'url.path': '/v1/nodes/run',
      'url.scheme': 'http',
    })
    const [run, ...others] = named(collector.spans, 'run') as [ReceivedSpan]
    expect(others).toEqual([])
    expect(run).toMatchObject({ traceId, parentSpanId: request.spanId, kind: 1, status: { code: 2, message: '' } })
    expect(run.attributes).toEqual({
      'codenode.run.id': record.id,
      'codenode.run.language': 'python',
      'codenode.run.status': 'failed',
      'codenode.run.attempts': 2,
      'error.type': 'code_threw',
    })
    const attempts = named(collector.spans, 'attempt')
    expect(attempts.map((it) => [it.traceId, it.parentSpanId, it.attributes['codenode.attempt.index']])).toEqual([
      [traceId, run.spanId, 1],
      [traceId, run.spanId, 2],
    ])
    for (const { startMs, endMs } of attempts) {
      expect(startMs).toBeGreaterThanOrEqual(run.startMs)
      expect(endMs).toBeLessThanOrEqual(run.endMs)
    }
    expect(Buffer.concat(collector.bodies).includes(secret)).toBe(false)
  })

  test('a workflow and its nodes are spans, with the attempts of their runs; those that were skipped are left out', async () => {
    await using collector = await openCollector()
    const service = await open({ traces: collector.address })
    const asked = askedBy(service.telemetry, { traceparent: `00-${traceId}-${parentSpanId}-01` })
    const { id, record } = service.runs.startWorkflow({ workflow: handled, inputs: { n: 1 } }, { client })
    service.telemetry.continueTrace(id, asked.request)
    await record
    await service.close()
    const [run] = named(collector.spans, 'workflow') as [ReceivedSpan]
    expect(run).toMatchObject({ traceId, status: { code: 0 } })
    expect(run.attributes).toEqual({
      'codenode.run.id': id,
      'codenode.run.status': 'partial-succeeded',
      'codenode.run.nodes': 6,
    })
    const nodes = named(collector.spans, 'node')
    const idsBelow = (parent: string) =>
      nodes.filter((it) => it.parentSpanId === parent).map((it) => it.attributes['codenode.node.id'])
    expect(new Set(idsBelow(run.spanId))).toEqual(new Set(['start', 'fails', 'rescue', 'join', 'end']))
    const failing = nodes.find((it) => it.attributes['codenode.node.id'] === 'fails') as ReceivedSpan
    expect(failing.attributes).toMatchObject({ 'codenode.node.status': 'exception', 'error.type': 'code_threw' })
    const attempts = named(collector.spans, 'attempt')
    expect(attempts.find((it) => it.parentSpanId === failing.spanId)?.attributes).toMatchObject({
      'codenode.attempt.index': 1,
      'error.type': 'code_threw',
    })
  })

  test('nodes inside an iteration are below it', async () => {
    await using collector = await openCollector()
    const service = await open({ traces: collector.address })
    await service.runs.startWorkflow({ workflow: iterating(), inputs: { n: 3 } }, { client }).record
    await service.close()
    const nodes = named(collector.spans, 'node')
    const iteration = nodes.find((it) => it.attributes['codenode.node.type'] === 'iteration') as ReceivedSpan
    expect(nodes.filter((it) => it.parentSpanId === iteration.spanId).length).toBeGreaterThan(2)
  })

  test('of a run with very many nodes the first 500 spans are sent, and the others are counted', async () => {
    await using service = await open()
    const record = await service.runs.startWorkflow({ workflow: handled, inputs: { n: 1 } }, { client }).record
    if (!isWorkflowRecord(record)) expect.fail('a workflow gives the record of one')
    const spansOf = (nodes: readonly WorkflowNodeRecord[]) => {
      const exporter = new InMemorySpanExporter()
      const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
      writeRun(provider.getTracer('test'), ROOT_CONTEXT, null, { ...record, nodes: [...nodes] })
      return exporter.getFinishedSpans()
    }
    const below = spansOf(record.nodes).length - 1
    const spans = spansOf(Array.from({ length: 300 }, () => record.nodes).flat())
    expect(spans).toHaveLength(500)
    const run = spans.find(({ name }) => name === 'workflow')
    expect(run?.attributes['codenode.run.spans_left_out']).toBe(300 * below - 499)
  })

  test('a request without a traceparent begins a trace; one whose caller does not sample has no span', async () => {
    await using collector = await openCollector()
    const service = await open({ traces: collector.address })
    const record = await service.run(good)
    await service.run(good, { traceparent: `00-${traceId}-${parentSpanId}-00` })
    await service.close()
    expect(collector.spans.map(({ name }) => name).toSorted()).toEqual(['POST /v1/nodes/run', 'attempt', 'run'])
    const [request] = named(collector.spans, 'POST /v1/nodes/run') as [ReceivedSpan]
    expect(request.parentSpanId).toBe('')
    expect(request.traceId).not.toBe(traceId)
    expect(named(collector.spans, 'run')).toMatchObject([
      { parentSpanId: request.spanId, attributes: { 'codenode.run.id': record.id }, status: { code: 0 } },
    ])
  })

  test('a collector that refuses is told once and stops nothing', async () => {
    await using collector = await openCollector(400)
    const problems: boolean[] = []
    const service = await open({ traces: collector.address, onProblem: ({ isSolved }) => void problems.push(isSolved) })
    const { status } = await service.run(good)
    await service.close()
    expect({ status, problems }).toEqual({ status: 'succeeded', problems: [false] })
  })
})
