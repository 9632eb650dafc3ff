import { buildPost, Connection } from '../connection.ts'

/** How runs ended, by status or code of the error: `{ succeeded: 59, wall_time_exceeded: 1 }`. */
export type Ends = Record<string, number>

export const honestRuns = 60
const lanes = 8

const request = buildPost(
  '/v1/nodes/run',
  JSON.stringify({
    node: {
      type: 'code',
      title: 'honest',
      code_language: 'python3',
      code: 'import time\ndef main():\n    time.sleep(0.3)\n    return {"n": 42}\n',
      outputs: { n: { type: 'number' } },
      limits: { wallMs: 3000 },
    },
    inputs: {},
  }),
)

/** Runs of 0.3 s with a limit of 3 s, some at once: what others want of the service meanwhile. */
export async function runHonestly(port: number): Promise<{ ends: Ends; slowestMs: number }> {
  const ends: Ends = {}
  let next = 0
  let slowestMs = 0
  const lane = async (): Promise<void> => {
    while (next++ < honestRuns) {
      const began = performance.now()
      const end = await runOnce(port)
      slowestMs = Math.max(slowestMs, performance.now() - began)
      ends[end] = (ends[end] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return { ends, slowestMs }
}

/** A connection each: a service that was away must not make the next ones fail, too. */
export async function runOnce(port: number): Promise<string> {
  let connection: Connection | undefined
  try {
    connection = await Connection.open(port)
    const { status, body } = await connection.send(request)
    const { outputs, error, code } = JSON.parse(body) as {
      outputs?: { n?: unknown } | null
      error?: { code: string } | null
      code?: string
    }
    return status === 200 && outputs?.n === 42 ? 'succeeded' : (error?.code ?? code ?? `status ${status}`)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    connection?.close()
  }
}
