import { readdirSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Meter } from '@opentelemetry/api'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { ClientUsage, RunService, ServiceStats } from '../../service/api/types.ts'
import { readOpenFiles } from '../wire/open-files.ts'

export type SandboxFacts = { version: string; maxRunning: number }

/** `perClient`: what each API key has used. Whoever reads the metrics then reads that of all. */
export function observeService(meter: Meter, runs: RunService, { perClient }: { perClient: boolean }): void {
  if (perClient) observeClients(meter, runs)
  gauge(meter, 'codenode_runs_max', 'Runs and programs that the service holds at most; more are refused.', () => [
    { value: runs.stats().most },
  ])
  gauge(meter, 'codenode_runs_active', 'Runs and programs that were accepted and have not ended.', () => [
    { value: runs.stats().active },
  ])
  gauge(meter, 'codenode_history_bytes', 'Size of the file of the run history.', () => [
    { value: runs.stats().history.bytes },
  ])
  gauge(meter, 'codenode_history_writable', '1 when the last write to the run history succeeded, else 0.', () => [
    { value: runs.stats().history.isWritable ? 1 : 0 },
  ])
}

/** Of all that have run something, also those that run nothing now. */
function activeOf({ usage, byClient }: ServiceStats): Observed[] {
  const clients = new Set([...Object.keys(usage), ...Object.keys(byClient)])
  return [...clients].map((client) => ({ value: byClient[client] ?? 0, labels: { client } }))
}

function observeClients(meter: Meter, runs: RunService): void {
  const ofEach = (name: keyof ClientUsage): Observed[] =>
    Object.entries(runs.stats().usage).map(([client, usage]) => ({ value: usage[name], labels: { client } }))
  gauge(meter, 'codenode_client_runs_active', 'Runs and programs of an API key that have not ended.', () =>
    activeOf(runs.stats()),
  )
  counter(meter, 'codenode_client_runs_total', 'Runs and programs of an API key that have ended.', () => ofEach('runs'))
  counter(meter, 'codenode_client_cpu_seconds_total', 'CPU time of all that an API key ran.', () =>
    ofEach('cpuSeconds'),
  )
  counter(meter, 'codenode_client_run_seconds_total', 'Wall time of all that an API key ran.', () =>
    ofEach('runSeconds'),
  )
  counter(meter, 'codenode_client_request_bytes_total', 'Code, documents and inputs of all that an API key ran.', () =>
    ofEach('requestBytes'),
  )
}

/** What the sandbox does at the moment of a scrape. `maxRunning`: places. */
export function observeSandbox(meter: Meter, sandbox: RunningSandbox, { version, maxRunning }: SandboxFacts): void {
  const byRuntime = (name: 'spares' | 'lost'): Observed[] =>
    Object.entries(sandbox.stats().runtimes).map(([runtime, state]) => ({ value: state[name], labels: { runtime } }))

  gauge(meter, 'codenode_sandbox_running', 'Programs that run in the sandbox.', () => [
    { value: sandbox.stats().running },
  ])
  gauge(meter, 'codenode_sandbox_max_running', 'Places for programs in the sandbox.', () => [{ value: maxRunning }])
  gauge(meter, 'codenode_sandbox_ending', 'Processes of programs that were answered and are being ended.', () => [
    { value: sandbox.stats().ending },
  ])
  gauge(meter, 'codenode_sandbox_waiting', 'Programs that wait for a place in the sandbox.', () => [
    { value: sandbox.stats().waiting },
  ])
  gauge(meter, 'codenode_sandbox_spares', 'Children that were forked ahead of need.', () => byRuntime('spares'))
  counter(meter, 'codenode_zygote_restarts_total', 'Interpreters that died and were replaced.', () => byRuntime('lost'))
  gauge(meter, 'codenode_build_info', 'Always 1; what runs stands in the labels.', () => [
    { value: 1, labels: { version, node: process.versions.node, isolation: sandbox.isolation.level } },
  ])
}

/**
 * The process of the service itself, under the names that every Prometheus client uses. Gives what ends the measuring of the
 * event loop.
 */
export function observeProcess(meter: Meter): () => void {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  // In nanoseconds, of the time since the last scrape; what the timer itself waits is in it.
  const lag = (percentile: number): number => Math.max(0, delay.percentile(percentile) / 1e9 - 0.01)
  gauge(meter, 'nodejs_eventloop_lag_p50_seconds', 'Half of the turns of the event loop came later than this.', () => [
    { value: lag(50) },
  ])
  gauge(
    meter,
    'nodejs_eventloop_lag_p99_seconds',
    'One in a hundred turns of the event loop came later than this.',
    () => {
      const value = lag(99)
      delay.reset()
      return [{ value }]
    },
  )
  gauge(meter, 'nodejs_heap_size_used_bytes', 'Memory that JavaScript values of the service take.', () => [
    { value: process.memoryUsage().heapUsed },
  ])
  gauge(meter, 'process_open_fds', 'Open file descriptors of the service.', () => [
    { value: readdirSync('/proc/self/fd').length },
  ])
  gauge(meter, 'process_max_fds', 'File descriptors that the service may have open.', () => [
    { value: readOpenFiles() },
  ])
  gauge(meter, 'process_resident_memory_bytes', 'Resident memory of the service.', () => [
    { value: process.memoryUsage.rss() },
  ])
  counter(meter, 'process_cpu_seconds_total', 'CPU time of the service, user and system.', () => {
    const { user, system } = process.cpuUsage()
    return [{ value: (user + system) / 1e6 }]
  })
  const startedAt = Date.now() / 1000 - process.uptime()
  gauge(meter, 'process_start_time_seconds', 'When the service was started, in seconds since 1970.', () => [
    { value: startedAt },
  ])
  return () => delay.disable()
}

type Observed = { value: number; labels?: Record<string, string> }

function gauge(meter: Meter, name: string, description: string, observe: () => Observed[]): void {
  meter.createObservableGauge(name, { description }).addCallback((result) => {
    for (const { value, labels } of observe()) result.observe(value, labels)
  })
}

function counter(meter: Meter, name: string, description: string, observe: () => Observed[]): void {
  meter.createObservableCounter(name, { description }).addCallback((result) => {
    for (const { value, labels } of observe()) result.observe(value, labels)
  })
}
