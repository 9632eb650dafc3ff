import { type CodenodeError, isCodenodeError } from 'codenode/internal/contract/error'
import { type FailureCode, failures } from 'codenode/internal/contract/failures'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import * as z from 'zod'
import { stateOf } from '../wire/request-state.ts'
import { sendDocument } from '../wire/send-document.ts'
import { defaultTimeouts } from '../wire/timeouts.ts'

/** What every answer of this API is. */
export const envelopeSchema = z.object({
  code: z.int().describe('0: the request was carried out, whatever became of the program.'),
  message: z.string(),
  data: z.unknown(),
})

export type Envelope = z.infer<typeof envelopeSchema>
export type Answer = { status: number; envelope: Envelope }

/** The codes of dify-sandbox. */
export const envelopeCodes = { success: 0, badRequest: -400, failed: -500, overloaded: -503 } as const

/** A request that cannot be carried out as it is. Thrown by what reads requests. */
export class BadRequest extends Error {
  readonly status: 200 | 400

  /** `status`: Dify shows the message of a 200 only; of any other status it says that the network failed. */
  constructor(message: string, status: 200 | 400 = 200) {
    super(message)
    this.status = status
  }
}

export function send(reply: FastifyReply, { status, envelope }: Answer): FastifyReply {
  if (status === 503) reply.header('retry-after', '1')
  return sendDocument(reply.code(status), envelope, defaultTimeouts.stallMs)
}

/** Fastify's error handler for this API. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const answer = toErrorAnswer(error)
  if (isCodenodeError(error)) stateOf(request).problem = error.code
  if (answer.envelope.code === envelopeCodes.failed) {
    request.log.error({ requestId: request.id, error: describe(error) }, 'a program could not be run')
  }
  return send(reply, answer)
}

export function buildSuccess(data: unknown): Answer {
  return { status: 200, envelope: { code: envelopeCodes.success, message: 'success', data } }
}

/** The answer for whatever kept a request from being carried out. */
export function toErrorAnswer(error: unknown): Answer {
  if (error instanceof BadRequest) return build(error.status, envelopeCodes.badRequest, error.message)
  if (isCodenodeError(error)) return toCatalogueAnswer(error)
  if (isFastifyError(error)) return build(200, envelopeCodes.badRequest, sayings[error.code] ?? error.message)
  return build(200, envelopeCodes.failed, 'Codenode failed unexpectedly.')
}

const overload: readonly FailureCode[] = ['pool_full', 'too_many_runs', 'rate_exceeded']
/** The service goes away, and another may take its place: Dify asks again after a 503. */
const leaving: readonly FailureCode[] = ['service_stopping', 'sandbox_closed', 'cancelled']

function toCatalogueAnswer({ code, message }: CodenodeError): Answer {
  if (overload.includes(code)) return build(503, envelopeCodes.overloaded, 'Too many requests')
  if (leaving.includes(code)) return build(503, envelopeCodes.overloaded, message)
  const isOurs = failures[code].blame === 'platform'
  return build(200, isOurs ? envelopeCodes.failed : envelopeCodes.badRequest, message)
}

function build(status: number, code: number, message: string): Answer {
  return { status, envelope: { code, message, data: null } }
}

/** Where Fastify's own words do not help. */
const sayings: Readonly<Record<string, string>> = {
  FST_ERR_CTP_BODY_TOO_LARGE:
    'the program is larger than the service allows (CODENODE_CODE_BYTES, CODENODE_INPUT_BYTES)',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body must be application/json or application/x-www-form-urlencoded',
}

/** A request that Fastify cannot read: too large, malformed, or of a type that nobody reads. */
function isFastifyError(error: unknown): error is FastifyError {
  if (!(error instanceof Error) || !('statusCode' in error)) return false
  return typeof error.statusCode === 'number' && error.statusCode >= 400 && error.statusCode < 500
}

/** For the log: where it happened, without values. */
function describe(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  return { name: error.name, message: error.message, stack: error.stack }
}
