import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildPost, Connection } from './connection.ts'
import { toNode } from './contenders/codenode.ts'
import { Service } from './service.ts'
import { squaring } from './workloads/square.ts'

export type FloodReport = {
  clients: number
  seconds: number
  finished: number
  wrong: number
  /** Refused with 503, and how long that took. */
  refused: number
  refusalMedianMs: number
  refusalP99Ms: number
  /** Resident memory of the service in MiB after a third of the time, when its heap has grown to its size, and at the end. */
  earlyMiB: number
  lateMiB: number
}

/** Fewer than the clients, so that some are refused. */
const maxWaiting = 100
/** A client that was refused comes back after this. */
const backOffMs = 250

/** Many clients at once that ask again and again, each with inputs of its own, more than the service takes. */
export async function measureFlood(seconds: number, signal: AbortSignal, clients = 500): Promise<FloodReport> {
  const service = await Service.start({ CODENODE_MAX_WAITING: String(maxWaiting) })
  try {
    const tally = { finished: 0, wrong: 0, refusals: [] as number[] }
    const end = performance.now() + seconds * 1000
    const early = sleep((seconds * 1000) / 3).then(() => readResidentMiB(service.pid))
    await Promise.all(
      Array.from({ length: clients }, (_, index) => beClient(service.port, { index, end, tally, signal })),
    )
    const refusals = tally.refusals.sort((a, b) => a - b)
    return {
      clients,
      seconds,
      finished: tally.finished,
      wrong: tally.wrong,
      refused: refusals.length,
      refusalMedianMs: refusals[Math.floor(refusals.length / 2)] ?? 0,
      refusalP99Ms: refusals[Math.floor(refusals.length * 0.99)] ?? 0,
      earlyMiB: await early,
      lateMiB: readResidentMiB(service.pid),
    }
  } finally {
    await service.close()
  }
}

type Client = {
  index: number
  end: number
  tally: { finished: number; wrong: number; refusals: number[] }
  signal: AbortSignal
}

async function beClient(port: number, { index, end, tally, signal }: Client): Promise<void> {
  const connection = await Connection.open(port)
  const node = toNode(squaring, index % 2 === 0 ? 'python' : 'javascript')
  for (let value = index; performance.now() < end && !signal.aborted; value += 1000) {
    const began = performance.now()
    const { status, body } = await connection.send(
      buildPost('/v1/nodes/run', JSON.stringify({ node, inputs: { index: value } })),
    )
    const answer = JSON.parse(body) as { outputs?: { square?: unknown }; code?: unknown } // looked at right here
    if (status === 200 && answer.outputs?.square === value * value) tally.finished++
    else if (status === 503 && answer.code === 'pool_full') {
      tally.refusals.push(performance.now() - began)
      await sleep(backOffMs)
    } else tally.wrong++
  }
  connection.close()
}

function readResidentMiB(pid: number): number {
  return Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
}
