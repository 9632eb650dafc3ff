import type { AddressInfo } from 'node:net'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Config, checkConfig } from 'codenode/internal/config/read-config'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { FastifyInstance } from 'fastify'
import { expect } from 'vitest'
import { createServer, type ServerOptions } from '../../src/http/create-server.ts'
import { Keyring } from '../../src/http/keys/keyring.ts'
import type { RunService, RunServiceOptions } from '../../src/service/api/types.ts'
import { createRunService } from '../../src/service/run-service.ts'

export type Door = { server: FastifyInstance; runs: RunService; url: string; close: () => Promise<void> }

export type DoorOptions = {
  sandbox: RunningSandbox
  env?: Record<string, string>
  service?: Partial<RunServiceOptions>
  server?: Partial<ServerOptions>
}

/** The HTTP door in this process, listening, with a history in memory. */
export async function openDoor({ sandbox, env = {}, service, server: more }: DoorOptions): Promise<Door> {
  const { config, issues } = checkConfig({}, env, null)
  if (issues.length > 0) throw new Error(JSON.stringify(issues))
  const runs = createRunService({
    sandbox,
    limits: sandbox.limits,
    maxRuns: 100,
    history: { file: ':memory:', ...config.service.history },
    ...service,
  })
  const withLimits: Config = { ...config, limits: sandbox.limits }
  const keyring = Keyring.of(config.service.apiKeys)
  const server = await createServer({ runs, sandbox, config: withLimits, keyring, version: '1.2.3', ...more })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  const close = async () => {
    await runs.close({ deadlineMs: 0 })
    server.server.closeAllConnections()
    await server.close()
  }
  return { server, runs, url: `http://127.0.0.1:${port}`, close }
}

/** A node in Python that returns what it is told to. */
export const node = (code: string, outputs: Record<string, { type: string }> = {}, variables: string[] = []) => ({
  type: 'code',
  title: 'T',
  code_language: 'python3',
  code,
  variables: variables.map((variable) => ({ variable })),
  outputs,
})

/** Goes on until it is stopped. */
export const endless = node('import time\ndef main():\n    while True:\n        time.sleep(1)\n')

type Answer = { status: number; contentType: string; body: unknown }
type Media = { schema: object }
type Operation = {
  summary?: string
  operationId?: string
  requestBody?: { content: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> }>
}
type Document = { paths: Record<string, Record<string, Operation>>; components: object }

/** Checks requests and answers against the service's own OpenAPI document. */
export class ApiChecker {
  readonly document: Document
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })

  constructor(document: Document) {
    this.document = document
    this.#ajv.addSchema({ $id: 'api', ...document })
  }

  /** What is wrong with an answer; empty when the document describes it. */
  faultsOf(method: string, path: string, { status, contentType, body }: Answer): string[] {
    const response = this.#operation(method, path)?.responses[status]
    if (!response) return [`${method} ${path} is not described with status ${status}: ${JSON.stringify(body)}`]
    const type = contentType.split(';', 1)[0] ?? ''
    if (!response.content?.[type]) return [`${method} ${path} ${status} is not described with ${type}`]
    const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema']
    const validate = this.#compile(pointer)
    return validate(body) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)
  }

  allows(method: string, path: string, body: unknown): boolean {
    const pointer = ['paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema']
    return this.#compile(pointer)(body) === true
  }

  get operations(): { method: string; path: string; operation: Operation }[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    )
  }

  #operation(method: string, path: string): Operation | undefined {
    return this.document.paths[path]?.[method.toLowerCase()]
  }

  #compile(pointer: string[]): ValidateFunction {
    const escaped = pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    return this.#ajv.compile({ $ref: `api#/${escaped.join('/')}` })
  }
}

export type AskedOfApi = { body?: unknown; text?: string; headers?: Record<string, string>; path?: string }
export type Told = { status: number; headers: Headers; text: string; body: Record<string, unknown> }

/** Sends a request and checks that the answer is as the document says. `template`: as it stands in the document. */
export async function callApi(
  { api, url }: { api: ApiChecker; url: string },
  method: string,
  template: string,
  { body: asked, text, headers, path }: AskedOfApi = {},
): Promise<Told> {
  const sent = text ?? (asked === undefined ? undefined : JSON.stringify(asked))
  const response = await fetch(url + (path ?? template), {
    method,
    headers: { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  })
  const answered = await response.text()
  const contentType = response.headers.get('content-type') ?? ''
  const body = /json/.test(contentType) ? (JSON.parse(answered) as Told['body']) : {}
  const answer = { status: response.status, contentType, body: /json/.test(contentType) ? body : answered }
  expect(api.faultsOf(method, template, answer)).toEqual([])
  return { status: response.status, headers: response.headers, text: answered, body }
}
