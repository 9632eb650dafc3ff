import { defaultLimits, type ServerLimits } from 'codenode/internal/contract/limits'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import Fastify from 'fastify'
import { difyRoutes } from '../../src/http/dify/routes.ts'
import type { RunService } from '../../src/service/api/types.ts'
import { createRunService } from '../../src/service/run-service.ts'
import { keysOf } from '../support/keys-of.ts'

export type Reply = {
  status: number
  headers: Headers
  body: { code: number; message: string; data: { [key: string]: unknown } | null }
}

export type DifyService = AsyncDisposable & {
  url: string
  runs: RunService
  /** Posts JSON, with the right key. */
  post(path: string, body: unknown, options?: { signal?: AbortSignal }): Promise<Reply>
  send(path: string, init: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> }): Promise<Response>
}

/** dify-sandbox's own default key. */
export const apiKey = 'dify-sandbox'

/** A server with nothing but Dify's routes, on a port of its own. */
export async function openService(
  sandbox: RunningSandbox,
  options: { limits?: Partial<ServerLimits>; maxRuns?: number; maxRunsPerClient?: number } = {},
): Promise<DifyService> {
  const { maxRuns = 100, maxRunsPerClient = null } = options
  // Deadlines that a busy machine does not reach, but where a test sets them.
  const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000, ...options.limits }
  const history = { file: ':memory:', maxRuns: 10, maxAgeDays: 1, inputs: false }
  const runs = createRunService({ sandbox, limits, maxRuns, maxRunsPerClient, history })
  const server = Fastify({ forceCloseConnections: true })
  await server.register(difyRoutes, { runs, sandbox, limits, keys: keysOf([apiKey, 'other-key']) })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const send: DifyService['send'] = (path, init) =>
    fetch(url + path, { ...init, headers: { 'X-Api-Key': apiKey, ...init.headers } })
  return {
    url,
    runs,
    send,
    post: async (path, body, { signal } = {}) => {
      const headers = { 'Content-Type': 'application/json' }
      const response = await send(path, { method: 'POST', headers, body: JSON.stringify(body), signal: signal ?? null })
      return await readReply(response)
    },
    [Symbol.asyncDispose]: async () => {
      await runs.close({ deadlineMs: 0 })
      await server.close()
    },
  }
}

export async function readReply(response: Response): Promise<Reply> {
  const { status, headers } = response
  return { status, headers, body: (await response.json()) as Reply['body'] }
}
