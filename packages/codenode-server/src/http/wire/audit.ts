import type { FastifyRequest } from 'fastify'
import { stateOf } from './request-state.ts'

/** Logs what a client, or an administrator for it, did to runs that are there. */
export function audit(request: FastifyRequest, action: string, details: object): void {
  const { client, actor } = stateOf(request)
  request.log.info({ audit: action, client, actor: actor ?? undefined, remote: request.ip, ...details }, 'audit')
}
