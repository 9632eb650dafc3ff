import type { FastifyInstance, FastifyRequest } from 'fastify'
import { CodenodeError } from '../contract/error.ts'
import { parseLossless } from '../contract/json.ts'
import { JsonError } from '../contract/json-scan.ts'
import { quote } from '../contract/values.ts'
import { findJsonError } from './find-json-error.ts'
import { requestInvalid } from './problem.ts'

/** Bodies are JSON, read without rounding integers; answers are written the same way. */
export function readJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser(
    /^application\/(?:[\w.+-]+\+)?json(?:;|$)/,
    { parseAs: 'buffer' },
    // `parseAs: 'buffer'` gives a buffer.
    (request, body, done) => readBody(request, body as Buffer, done),
  )
}

function readBody(request: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void): void {
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
  try {
    done(null, parseLossless(body))
  } catch (error) {
    // Only the reading of JSON throws this; anything else is a mistake of ours and must be seen as one.
    done(error instanceof JsonError ? explain(error, body) : (error as Error))
  }
}

function explain(error: JsonError, body: Buffer): CodenodeError {
  const { kind, message, position } = error.problem
  if (kind !== 'malformed') return requestInvalid('body', `cannot be read: ${message}${placeOf(body, position)}`, error)
  // Found anew: the parser's own words quote the body, and do not always tell where in it.
  const found = findJsonError(body.toString('utf8')) ?? position
  return requestInvalid('body', `is not JSON${placeOf(body, found)}.`, error)
}

function placeOf(body: Buffer, position: number | null): string {
  if (position === null) return ''
  const text = body.toString('utf8')
  const before = text.slice(0, position)
  const found = position < text.length ? `, at ${quote(text.slice(position, position + 1))}` : ', where it ends'
  return ` (line ${before.split('\n').length}, column ${position - before.lastIndexOf('\n')}${found})`
}
