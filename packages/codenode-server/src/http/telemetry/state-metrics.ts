import type { Meter } from '@opentelemetry/api'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { RunService } from '../../service/api/types.ts'

/** What the service holds at the moment of a scrape. Not split by client: clients are tenants, and there is no end of them. */
export function observeService(meter: Meter, runs: RunService): void {
  gauge(meter, 'codenode_runs_active', 'Runs and programs that were accepted and have not ended.', () => [
    { value: runs.stats().active },
  ])
  gauge(meter, 'codenode_history_writable', '1 when the last write to the run history succeeded, else 0.', () => [
    { value: runs.stats().history.isWritable ? 1 : 0 },
  ])
}

/** What the sandbox does at the moment of a scrape. */
export function observeSandbox(meter: Meter, sandbox: RunningSandbox, version: string): void {
  const byRuntime = (name: 'spares' | 'lost'): Observed[] =>
    Object.entries(sandbox.stats().runtimes).map(([runtime, state]) => ({ value: state[name], labels: { runtime } }))

  gauge(meter, 'codenode_sandbox_running', 'Programs that run in the sandbox.', () => [
    { value: sandbox.stats().running },
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

/** The process of the service itself, under the names that every Prometheus client uses. */
export function observeProcess(meter: Meter): void {
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
