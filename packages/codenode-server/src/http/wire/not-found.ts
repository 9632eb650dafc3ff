import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { KnownPaths } from './known-paths.ts'
import { sendProblem } from './problem.ts'

/** There is no such route. Its query is not told: it may hold secrets. */
export function notFound({ method, url }: FastifyRequest): CodenodeError {
  return new CodenodeError('not_found', { method, path: pathOf(url) })
}

/** There is no such route, or only by other methods. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply, known: KnownPaths): void {
  const { method, url } = request
  const path = pathOf(url)
  const allowed = known.methodsOf(path)
  // A file that is not there has a route, by this very method.
  if (allowed.length === 0 || allowed.includes(method)) {
    sendProblem(reply, notFound(request))
    return
  }
  reply.header('allow', allowed.join(', '))
  sendProblem(reply, new CodenodeError('method_not_allowed', { method, path, allowed }))
}

function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}
