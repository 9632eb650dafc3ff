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
  return behindHttp(language, {
    id: `http-${language}`,
    title: 'Codenode over HTTP, with spares',
    isolation: 'as Codenode; the service is a process of its own',
    start: () => Service.start(),
    runs: ({ name }) => name === 'trivial' || name === '1 MiB in and out',
  })
}

/** The library behind Node's own HTTP server: how much of what HTTP adds is HTTP itself. */
export function overBareHttp(language: BenchLanguage): Contender {
  return behindHttp(language, {
    id: `http-bare-${language}`,
    title: "Codenode's library behind a bare node:http",
    isolation: 'as Codenode; no checks, keys, limits or history',
    start: () => Service.startBare(),
    runs: ({ name }) => name === 'trivial',
  })
}

type Server = Pick<Contender, 'id' | 'title' | 'isolation' | 'runs'> & { start: () => Promise<Service> }

function behindHttp(language: BenchLanguage, { start, ...about }: Server): Contender {
  const connections: Connection[] = []
  let service: Service | undefined
  return {
    ...about,
    language,
    saturations: [{ atOnce, processes: 1 }],
    start: async () => {
      service = await start()
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
