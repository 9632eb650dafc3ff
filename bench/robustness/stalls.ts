import { setTimeout as sleep } from 'node:timers/promises'
import { Service } from '../service.ts'
import { type Ends, runHonestly } from './honest.ts'
import type { Checkout } from './options.ts'
import { type ProbeReport, startProbe } from './probe.ts'
import { readCpuMs } from './process-figures.ts'
import { type StallRow, stallRows } from './stall-rows.ts'

export type StallReport = {
  row: string
  checkout: Checkout['name']
  health: ProbeReport
  honest: { ends: Ends; slowestMs: number }
  /** How the service answered what stalls it: `200, 1.2 MB`. Null in the row in which there is nothing of the kind. */
  answer: { status: number | string; bytes: number; ms: number } | null
  serviceCpuMs: number | null
}

/** With nothing hostile: how much of the figures is this machine. */
const control: StallRow = { name: 'nothing, to compare with', path: '', body: () => '' }

export type Watching = { say: (text: string) => void; signal: AbortSignal }

/** What others see of a service while it works on one thing that is costly; clones in turns, each row with a new service. */
export async function measureStalls(
  checkouts: readonly Checkout[],
  rows: readonly string[],
  { say, signal }: Watching,
): Promise<StallReport[]> {
  const chosen = stallRows.filter(({ name }) => rows.length === 0 || rows.some((word) => name.includes(word)))
  const reports: StallReport[] = []
  for (const row of [control, ...chosen]) {
    for (const checkout of checkouts) {
      signal.throwIfAborted()
      say(`${row.name}, ${checkout.name}`)
      reports.push(await measureRow(row, checkout))
    }
  }
  return reports
}

async function measureRow(row: StallRow, checkout: Checkout): Promise<StallReport> {
  const service = await Service.start({}, checkout.root)
  try {
    const body = row.body()
    const cpuBefore = readCpuMs(service.pid)
    const probe = await startProbe(service.port)
    const attack = row === control ? Promise.resolve(null) : attackWith(service.port, row.path, body)
    // It is in before the others are: they find a service that is at work.
    await sleep(100)
    const honest = await runHonestly(service.port)
    const answer = await attack
    const cpuAfter = readCpuMs(service.pid)
    return {
      row: row.name,
      checkout: checkout.name,
      health: await probe.stop(),
      honest,
      answer,
      serviceCpuMs: cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore,
    }
  } finally {
    await service.close()
  }
}

/** Sends a request; its answer is read and counted, not parsed. */
export async function attackWith(
  port: number,
  path: string,
  body: string,
): Promise<NonNullable<StallReport['answer']>> {
  const began = performance.now()
  let bytes = 0
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    // Bytes of the answer as they come.
    for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).length
    return { status: response.status, bytes, ms: performance.now() - began }
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    return { status: cause?.code ?? String(error), bytes, ms: performance.now() - began }
  }
}
