import { CodenodeError } from 'codenode/internal/contract/error'
import type { FailureDetails } from 'codenode/internal/contract/failures'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { requestInvalid, sendProblem } from '../wire/problem.ts'
import { stateOf } from '../wire/request-state.ts'
import type { Key, Role } from './key.ts'
import { Keyring } from './keyring.ts'
import type { Rates } from './rates.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The roles of which a key needs one. Default: \`read\` for GET and HEAD, else \`run\`. */
    roles?: readonly Role[]
    /** An administrator can ask it for another client. Default: true for GET and HEAD. */
    forOthers?: true
  }
}

/** An administrator names the key, of whose runs a request is, in this header. */
const actingFor = 'x-codenode-client'

export type KeyCheck = { keyring: Keyring; rates: Rates }

/** The hook of the routes that need a key: known, with the role, and not too often. */
export function buildKeyCheck({ keyring, rates }: KeyCheck, details: FailureDetails<'unauthorized'> = {}) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void): void => {
    const key = keyring.find(Keyring.textOf(request.headers))
    const refusal = key === null ? new CodenodeError('unauthorized', details) : useKey(request, key, { keyring, rates })
    if (refusal) sendProblem(reply, refusal)
    else done()
  }
}

/** Notes whose request it is. Gives why it is refused, though the key is valid; null if it is not. */
export function useKey(request: FastifyRequest, key: Key, { keyring, rates }: KeyCheck): CodenodeError | null {
  const { roles, client, requestsPerMinute } = key
  const state = stateOf(request)
  state.client = client
  const needs = rolesFor(request)
  if (!roles.has('admin') && !needs.some((role) => roles.has(role))) return forbid(key, needs)
  const named = request.headers[actingFor]
  if (named !== undefined) {
    if (!roles.has('admin')) return forbid(key, ['admin'])
    const wrong = findWrongName(named, request, keyring)
    if (wrong !== null) return requestInvalid(`headers.${actingFor}`, wrong)
    state.actor = client
    // Checked: it is one name.
    state.client = named as string
  }
  if (requestsPerMinute === null) return null
  const retryAfterMs = rates.take(client, requestsPerMinute)
  return retryAfterMs === 0 ? null : new CodenodeError('rate_exceeded', { requestsPerMinute, retryAfterMs })
}

/** What is wrong with the client that an administrator names; it is not told, since it may be a key. */
function findWrongName(named: string | string[], request: FastifyRequest, keyring: Keyring): string | null {
  const { method, routeOptions } = request
  if (method !== 'GET' && method !== 'HEAD' && !routeOptions.config.forOthers) {
    return 'is for requests that read, cancel or delete runs; start runs with a key of that client.'
  }
  if (typeof named !== 'string' || !/^[A-Za-z0-9][\w.-]{0,63}$/.test(named)) return 'must be the name of one client.'
  return keyring.find(named) === null || keyring.isOpen ? null : 'holds a key; it must be the name of its client.'
}

function forbid({ roles }: Key, needs: readonly Role[]): CodenodeError {
  return new CodenodeError('forbidden', { needs, has: [...roles] })
}

function rolesFor({ method, routeOptions }: FastifyRequest): readonly Role[] {
  return routeOptions.config.roles ?? (method === 'GET' || method === 'HEAD' ? ['read'] : ['run'])
}
