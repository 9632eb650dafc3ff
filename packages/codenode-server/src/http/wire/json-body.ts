import { CodenodeError } from 'codenode/internal/contract/error'
import { parseLossless } from 'codenode/internal/json/json'
import { JsonError } from 'codenode/internal/json/json-scan'
import { offload } from 'codenode/internal/offload/offload'
import { describeJsonProblem } from 'codenode/internal/values/survey-json'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { requestInvalid } from './problem.ts'

/** Larger ones are read through in another thread first; these take a few milliseconds at worst. */
export const smallBodyBytes = 256 * 1024

/** Bodies are JSON, read without rounding numbers; answers are written the same way. */
export function readJsonBodies(server: FastifyInstance, bounds: { maxValues: number }): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json(?:;|$)/,
    { parseAs: 'buffer' },
    // `parseAs: 'buffer'` gives a buffer.
    (request, body, done) => readBody(request, body as Buffer, bounds, done),
  )
}

type Done = (error: Error | null, value?: unknown) => void

function readBody(request: FastifyRequest, body: Buffer, bounds: { maxValues: number }, done: Done): void {
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    done(new CodenodeError('media_type_unsupported', { found: encoding }))
    return
  }
  // Clients send the header without a body too; whether there must be one is the route's affair.
  if (body.length === 0) {
    done(null, undefined)
    return
  }
  if (body.length > smallBodyBytes) {
    readLargeBody(body, bounds).then((value) => done(null, value), done)
    return
  }
  try {
    done(null, parseLossless(body, bounds))
  } catch (error) {
    // Only the reading of JSON throws this; anything else is a mistake of ours and must be seen as one.
    done(error instanceof JsonError ? explain(error, body) : (error as Error))
  }
}

/** What is not JSON or holds too much is found elsewhere; what is left is built here, with what is slow about it known. */
async function readLargeBody(body: Buffer, bounds: { maxValues: number }): Promise<unknown> {
  const { hasExactNumbers } = await surveyBody(body, bounds)
  const value = hasExactNumbers ? parseLossless(body) : (JSON.parse(body.toString('utf8')) as unknown)
  // Others are served before the run is begun, which looks at all of it once more.
  await new Promise(setImmediate)
  return value
}

/** Rejects with `request_invalid`. */
export async function surveyBody(body: Buffer, bounds: { maxValues: number }): Promise<{ hasExactNumbers: boolean }> {
  const survey = await offload('surveyJson', { bytes: body, bounds })
  if (survey.status === 'refused') throw requestInvalid('body', survey.message)
  return survey
}

function explain(error: JsonError, body: Buffer): CodenodeError {
  return requestInvalid('body', describeJsonProblem(error.problem, body.toString('utf8')), error)
}
