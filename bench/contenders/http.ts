import { fail } from 'node:assert'
import { availableParallelism } from 'node:os'
import { buildPost, Connection } from '../connection.ts'
import { Service } from '../service.ts'
import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import { toNode } from './codenode.ts'
import { type Contender, innerTime, timeRuns, type Verify } from './contender.ts'

const atOnce = 2 * availableParallelism()

/** Codenode as a service: one request over a kept-alive connection for each run. */
export function overHttp(language: BenchLanguage): Contender {
  const connections: Connection[] = []
  let service: Service | undefined
  return {
    id: `http-${language}`,
    title: 'Codenode over HTTP, with spares',
    language,
    isolation: 'as Codenode; the service is a process of its own',
    runs: ({ name }) => name === 'trivial' || name === '1 MiB in and out',
    saturations: [{ atOnce, processes: 1 }],
    start: async () => {
      service = await Service.start()
      while (connections.length < atOnce) connections.push(await Connection.open(service.port))
    },
    measure: async (workload, batch) => {
      const request = buildPost(
        '/v1/nodes/run',
        JSON.stringify({ node: toNode(workload, language), inputs: workload.inputs }),
      )
      const port = service?.port ?? fail('The service is not started.')
      // Between two batches the service closes what is idle for too long.
      for (const [place, connection] of connections.entries()) {
        if (!connection.isOpen) connections[place] = await Connection.open(port)
      }
      const free = [...connections]
      return await timeRuns(batch, async () => {
        const connection = free.pop() ?? fail('More runs are in flight than there are connections.')
        const answer = await connection.send(request)
        free.push(connection)
        return () => verify(answer, workload)
      })
    },
    close: async () => {
      for (const connection of connections.splice(0)) connection.close()
      await service?.close()
      service = undefined
    },
  }
}

function verify({ status, body }: { status: number; body: string }, workload: Workload): ReturnType<Verify> {
  if (status !== 200) fail(`${workload.name} over HTTP: ${status} ${body.slice(0, 500)}`)
  const { outputs, logs } = JSON.parse(body) as { outputs: Record<string, unknown>; logs: { text: string }[] }
  workload.check(outputs, logs.map(({ text }) => text).join(''))
  return innerTime(outputs)
}
