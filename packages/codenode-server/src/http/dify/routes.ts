import { parse as parseForm } from 'node:querystring'
import formbody from '@fastify/formbody'
import type { ServerLimits } from 'codenode/internal/contract/limits'
import type { Execution } from 'codenode/internal/contract/program'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import type { ProgramRequest, RunService } from '../../service/api/types.ts'
import { type KeyCheck, useKey } from '../keys/key-check.ts'
import { Keyring } from '../keys/keyring.ts'
import { isOfTheServer } from '../wire/errors-of-server.ts'
import { smallBodyBytes, surveyBody } from '../wire/json-body.ts'
import { answer, problems } from '../wire/openapi.ts'
import { stateOf } from '../wire/request-state.ts'
import { whenClosed } from '../wire/when-closed.ts'
import { DependencyList, dependenciesSchema } from './dependency-list.ts'
import { answerError, buildSuccess, envelopeSchema, send } from './envelope.ts'
import { languageSchema, parseLanguageRequest, parseRunRequest, runBodySchema } from './run-request.ts'
import { runResultSchema, toRunResult } from './run-result.ts'

export type EndedProgram = { language: ProgramRequest['language']; startMs: number; execution: Execution }

export type DifyOptions = {
  runs: Pick<RunService, 'runProgram'>
  sandbox: Pick<RunningSandbox, 'packages'>
  keys: KeyCheck
  /** Told of each program that has ended. */
  onProgram?: (program: EndedProgram, request: FastifyRequest) => void
  limits: ServerLimits
  /** There is no server around this, whose hooks could throw. Default: true. */
  isAlone?: boolean
}

/** dify-sandbox's API under `/v1/sandbox`, so that Dify can be pointed at this service and notices no difference. */
export async function difyRoutes(scope: FastifyInstance, options: DifyOptions): Promise<void> {
  const { runs, sandbox, keys, onProgram, limits, isAlone = true } = options
  const dependencies = new DependencyList(sandbox)
  await readBodies(scope, { maxValues: limits.maxValues })
  scope.setErrorHandler((error, request, reply) => {
    if (!isAlone && isOfTheServer(error)) throw error
    return answerError(error, request, reply)
  })
  scope.addHook('onRequest', async (request, reply) => {
    const key = keys.keyring.find(Keyring.textOf(request.headers))
    if (key === null) return await reply.code(401).send()
    const refusal = useKey(request, key, keys)
    if (refusal) return await answerError(refusal, request, reply)
  })

  scope.post('/v1/sandbox/run', {
    schema: { ...describe('runProgram', 'Run a whole program', runResultSchema), body: runBodySchema },
    bodyLimit: bodyLimitOf(limits),
    handler: async (request, reply) => {
      const program = parseRunRequest(request.body)
      const startMs = Date.now()
      const execution = await runs.runProgram(program, { client: stateOf(request).client, signal: disconnectOf(reply) })
      onProgram?.({ language: program.language, startMs, execution }, request)
      return send(reply, buildSuccess(toRunResult(execution, program.language)))
    },
  })

  scope.get('/v1/sandbox/dependencies', {
    config: { roles: ['run', 'read'] },
    schema: {
      ...describe('listDependencies', 'List what programs can import', dependenciesSchema),
      querystring: languageSchema,
    },
    handler: (request, reply) => {
      const language = parseLanguageRequest(request.query)
      return send(reply, buildSuccess({ dependencies: dependencies.get(language) }))
    },
  })

  scope.get('/v1/sandbox/dependencies/refresh', {
    schema: { ...describe('refreshDependencies', 'List it anew', dependenciesSchema), querystring: languageSchema },
    handler: (request, reply) => {
      const language = parseLanguageRequest(request.query)
      return send(reply, buildSuccess({ dependencies: dependencies.read()[language] }))
    },
  })

  // The operator installs packages and then starts the service anew, so there is nothing to fetch here.
  scope.post('/v1/sandbox/dependencies/update', {
    schema: { ...describe('updateDependencies', 'Read the list again', z.object({})), body: languageSchema },
    handler: (request, reply) => {
      parseLanguageRequest(request.body)
      dependencies.read()
      return send(reply, buildSuccess({}))
    },
  })
}

/** JSON and forms. The schemas only describe them: what does not fit is told in an envelope. */
async function readBodies(scope: FastifyInstance, bounds: { maxValues: number }): Promise<void> {
  scope.removeAllContentTypeParsers()
  const parse = scope.getDefaultJsonParser('remove', 'remove')
  scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // `parseAs: 'buffer'` gives a buffer.
    const bytes = body as Buffer
    const read = () => void parse(request, bytes.toString('utf8'), done)
    if (bytes.length <= smallBodyBytes) read()
    else surveyBody(bytes, bounds).then(read, done)
  })
  // Two fields are read; a form can have millions.
  await scope.register(formbody, { parser: (text) => parseForm(text, '&', '=', { maxKeys: 100 }) })
  scope.setValidatorCompiler(() => () => true)
  scope.setSerializerCompiler(() => (value) => JSON.stringify(value))
}

function describe(operationId: string, summary: string, data: z.ZodType) {
  const failed = envelopeSchema.extend({ data: z.null() })
  return {
    operationId,
    summary,
    tags: ['Dify'],
    consumes: ['application/json', 'application/x-www-form-urlencoded'],
    response: {
      200: answer(
        '`code` 0: done. -400: the request is wrong. -500: the sandbox failed.',
        envelopeSchema.extend({ data: data.nullable() }),
      ),
      400: answer('-400: the language is not supported.', failed),
      401: z.null().describe('The key is missing or wrong. The body is empty.'),
      503: answer('-503: the service is full or stops. Try again later.', failed, {
        headers: { 'Retry-After': seconds },
      }),
      ...problems('origin_refused'),
    },
  }
}

const seconds = { type: 'string', description: 'Seconds.' } as const

/** A byte of code can be six of JSON; and Dify writes the inputs into the code, as base64. */
function bodyLimitOf({ codeBytes, inputBytes }: ServerLimits): number {
  return 6 * codeBytes + 2 * inputBytes
}

/** Aborts when the connection ends before the answer does. */
function disconnectOf(reply: FastifyReply): AbortSignal {
  const controller = new AbortController()
  whenClosed(reply.raw, () => controller.abort())
  return controller.signal
}
