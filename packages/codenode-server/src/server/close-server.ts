import type { FastifyInstance } from 'fastify'
import type { OpenService } from './build-service.ts'

/** Clients get the answer to what they asked for, but do not keep the service from stopping. */
const answersMs = 2_000

/** Closes a server that a service has for itself, and the service with it. */
export async function closeServer(server: FastifyInstance, service: OpenService, deadlineMs: number): Promise<void> {
  // Nothing new comes in from here on; requests that wait for a run keep their connection until they have its record.
  const closed = server.close()
  await service.endRuns(deadlineMs)
  const timer = setTimeout(() => server.server.closeAllConnections(), answersMs)
  await closed
  clearTimeout(timer)
  await service.close(0)
}
