import { CodenodeError } from 'codenode/internal/contract/error'
import type { FailureDetails } from 'codenode/internal/contract/failures'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendProblem } from '../wire/problem.ts'
import { stateOf } from '../wire/request-state.ts'
import type { Key, Role } from './key.ts'
import { Keyring } from './keyring.ts'
import type { Rates } from './rates.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The roles of which a key needs one. Default: \`read\` for GET and HEAD, else \`run\`. */
    roles?: readonly Role[]
  }
}

/** An administrator names the key, of whose runs a request is, in this header. */
const actingFor = 'x-codenode-client'

export type KeyCheck = { keyring: Keyring; rates: Rates }

/** The hook of the routes that need a key: known, with the role, and not too often. */
export function buildKeyCheck({ keyring, rates }: KeyCheck, details: FailureDetails<'unauthorized'> = {}) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const key = keyring.find(Keyring.textOf(request.headers))
    const refusal = key === null ? new CodenodeError('unauthorized', details) : findRefusal(key, request, rates)
    if (key === null || refusal !== null) {
      if (key !== null) stateOf(request).client = key.client
      sendProblem(reply, refusal as CodenodeError)
      return
    }
    useKey(request, key)
    done()
  }
}

/** Why a request with a valid key is refused; null if it is not. */
export function findRefusal(key: Key, request: FastifyRequest, rates: Rates): CodenodeError | null {
  const { roles, client, requestsPerMinute } = key
  const needs = rolesFor(request)
  if (!roles.has('admin') && !needs.some((role) => roles.has(role))) {
    return new CodenodeError('forbidden', { needs, has: [...roles] })
  }
  if (requestsPerMinute === null) return null
  const retryAfterMs = rates.take(client, requestsPerMinute)
  return retryAfterMs === 0 ? null : new CodenodeError('rate_exceeded', { requestsPerMinute, retryAfterMs })
}

/** Notes whose request it is. */
export function useKey(request: FastifyRequest, { client, roles }: Key): void {
  const state = stateOf(request)
  const named = request.headers[actingFor]
  const isForAnother = roles.has('admin') && typeof named === 'string' && named !== ''
  state.client = isForAnother ? named : client
  if (isForAnother) state.actor = client
}

function rolesFor({ method, routeOptions }: FastifyRequest): readonly Role[] {
  return routeOptions.config.roles ?? (method === 'GET' || method === 'HEAD' ? ['read'] : ['run'])
}
