import { randomUUID } from 'node:crypto'
import type {} from '@fastify/swagger' // what may be in a schema
import type { ServerLimits } from 'codenode/internal/contract/limits'
import { isObject } from 'codenode/internal/contract/values'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { McpHandler } from '../mcp/http-handler.ts'
import { maxMessageBytes } from '../mcp/message-size.ts'
import { OpenCalls } from '../mcp/open-calls.ts'
import type { RunService } from '../service/api/types.ts'
import { buildKeyCheck, type KeyCheck } from './keys/key-check.ts'
import { readJsonBodies } from './wire/json-body.ts'
import { stateOf } from './wire/request-state.ts'
import { whenClosed } from './wire/when-closed.ts'

export type McpRouteOptions = {
  runs: RunService
  sandbox: Pick<RunningSandbox, 'packages'>
  keys: KeyCheck
  version: string
  limits: ServerLimits
}

/**
 * `/mcp`: the door for agents, as streamable HTTP. No session is kept; a client that opens one gets an id, by which its
 * requests to cancel a call find the call.
 */
export function registerMcp(app: FastifyInstance, { keys, ...options }: McpRouteOptions): void {
  // A scope of its own, in which the SDK is loaded.
  void app.register(async (scope) => {
    const { buildMcpHandler } = await import('../mcp/http-handler.ts')
    const handler = buildMcpHandler({
      ...options,
      packages: () => options.sandbox.packages(),
      onFailure: (error) => scope.log.error({ err: error }, 'unexpected failure in /mcp'),
      onProblem: (error) => scope.log.debug({ reason: error.message }, 'a message to /mcp was refused'),
    })
    const answer = buildAnswerer(handler)
    const { maxValues } = options.limits
    readJsonBodies(scope, { maxValues })
    scope.addHook('onRequest', buildKeyCheck(keys))
    // Behind the last answer: calls in progress end with their runs, which the service gives some time.
    scope.addHook('onClose', () => handler.close())
    scope.route({
      method: ['GET', 'POST', 'DELETE'],
      url: '/mcp',
      bodyLimit: maxMessageBytes(options.limits),
      // Its tools run code, whatever the method.
      config: { roles: ['run'] },
      schema: { hide: true },
      handler: answer,
    })
  })
}

type Answerer = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

function buildAnswerer(handler: McpHandler): Answerer {
  const calls = new OpenCalls()
  return async (request, reply) => {
    const { body } = request
    const { client } = stateOf(request)
    const session = `${client} ${String(request.headers['mcp-session-id'] ?? '')}`
    const message = readMessage(body)
    if (message.kind === 'cancel') calls.cancel(session, message.id)
    const call = message.kind === 'call' ? calls.begin(session, message.id) : null
    const disconnected = disconnectionOf(reply)
    whenClosed(reply.raw, () => call?.end())
    const signal = call ? AbortSignal.any([disconnected, call.signal]) : disconnected
    const response = await handler.answer({ request: toWebRequest(request, signal), body, client })
    if (message.kind === 'open') reply.header('mcp-session-id', randomUUID())
    return reply.send(response)
  }
}

type Message = { kind: 'open' } | { kind: 'call' | 'cancel'; id: string | number } | { kind: 'other' }

/** What of a message matters here; whether it is one is for the SDK to say. */
function readMessage(body: unknown): Message {
  if (!isObject(body)) return { kind: 'other' }
  const { method, id, params } = body
  if (method === 'initialize') return { kind: 'open' }
  if (method === 'tools/call' && isId(id)) return { kind: 'call', id }
  const cancelled = isObject(params) ? params.requestId : undefined
  return method === 'notifications/cancelled' && isId(cancelled) ? { kind: 'cancel', id: cancelled } : { kind: 'other' }
}

function isId(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

/** Aborted when the client has gone before it got the whole answer. */
function disconnectionOf({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  whenClosed(raw, () => {
    if (!raw.writableFinished) controller.abort()
  })
  return controller.signal
}

/** Of the headers only those of the protocol: the key is not the SDK's business. The body goes beside it, parsed. */
function toWebRequest({ method, headers }: FastifyRequest, signal: AbortSignal): Request {
  const known = Object.entries(headers).filter(
    ([name, value]) => typeof value === 'string' && (/^mcp-/.test(name) || ['accept', 'content-type'].includes(name)),
  ) as [string, string][] // the filter above leaves texts only
  return new Request('http://localhost/mcp', { method, headers: known, signal })
}
