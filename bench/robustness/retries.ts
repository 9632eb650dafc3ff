import { Service } from '../service.ts'
import { runOnce } from './honest.ts'
import type { Checkout } from './options.ts'
import { readResidentMiB } from './process-figures.ts'
import { asNode, frames } from './stall-rows.ts'
import { attackWith, type StallReport, type Watching } from './stalls.ts'

export type RetriesReport = {
  checkout: Checkout['name']
  answer: NonNullable<StallReport['answer']>
  beforeMiB: number
  /** The most that was seen meanwhile, every 20 ms. */
  peakMiB: number
  /** `succeeded`, or what became of the run that came after. */
  next: string
}

/** A program of logs a byte a frame that fails, with as many retries as a node can ask for. */
const request = asNode({
  code: frames('(header(1, 2) + b"x" + header(1, 3) + b"y") * 1_000_000'),
  retry_config: { retry_enabled: true, max_retries: 10, retry_interval: 0 },
})

export async function measureRetries(
  checkouts: readonly Checkout[],
  { say, signal }: Watching,
): Promise<RetriesReport[]> {
  const reports: RetriesReport[] = []
  for (const checkout of checkouts) {
    signal.throwIfAborted()
    say(`logs a byte a frame, 10 retries, ${checkout.name}`)
    reports.push(await measureOne(checkout))
  }
  return reports
}

async function measureOne(checkout: Checkout): Promise<RetriesReport> {
  // What Node takes by itself on a machine of 4 GiB.
  const service = await Service.start({ NODE_OPTIONS: '--max-old-space-size=2048' }, checkout.root)
  let peakMiB = 0
  const look = () => {
    peakMiB = Math.max(peakMiB, readResidentMiB(service.pid) ?? 0)
  }
  const watch = setInterval(look, 20)
  try {
    await runOnce(service.port)
    const beforeMiB = readResidentMiB(service.pid) ?? 0
    const answer = await attackWith(service.port, '/v1/nodes/run', request)
    look()
    return { checkout: checkout.name, answer, beforeMiB, peakMiB, next: await runOnce(service.port) }
  } finally {
    clearInterval(watch)
    await service.close()
  }
}
