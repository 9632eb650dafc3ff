import type { FastifyRequest } from 'fastify'
import type { ClientId } from '../../service/api/types.ts'

/** What is known of a request beside what it says. */
export type RequestState = {
  /** Whose runs it is about; empty on the routes that ask for no key. */
  client: ClientId
  /** Who asks, where that is an administrator who asks for another client. */
  actor: ClientId | null
  /** The run that it started or asked for, for the log. */
  runId: string | null
  /** The code of the problem that is its answer, for the metrics. */
  problem: string | null
  /** Of the trace that its span is in, for the log; null: no traces are sent. */
  traceId: string | null
}

/** Beside the requests, not in them: where the routes are mounted, requests are of a server that has names of its own. */
const states = new WeakMap<FastifyRequest, RequestState>()

export function stateOf(request: FastifyRequest): RequestState {
  const known = states.get(request)
  if (known) return known
  const state = { client: '', actor: null, runId: null, problem: null, traceId: null }
  states.set(request, state)
  return state
}
