import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isOfTheServer } from './wire/errors-of-server.ts'
import { requestInvalid, sendProblem } from './wire/problem.ts'

/**
 * Answers whatever a route or Fastify itself throws, never with more than the catalogue says about it. `isAlone`: there is no
 * server around this, whose hooks could throw.
 */
export function buildErrorHandler(bodyBytes: number, isAlone = true) {
  return (thrown: FastifyError | CodenodeError, request: FastifyRequest, reply: FastifyReply): void => {
    // A hook of the server around this has refused the request: that server has its own way to say so.
    if (!isAlone && isOfTheServer(thrown)) throw thrown
    const error = toCodenodeError(thrown, { bodyBytes, request })
    // 200 is the status of a failure that stands in a record; alone it can only be ours.
    const status = error.httpStatus < 400 ? 500 : error.httpStatus
    if (status === 500) request.log.error({ requestId: request.id, error: describe(thrown) }, 'unexpected failure')
    sendProblem(reply, error, status)
  }
}

function toCodenodeError(
  error: FastifyError | CodenodeError,
  { bodyBytes, request }: { bodyBytes: number; request: FastifyRequest },
): CodenodeError {
  if (error instanceof CodenodeError) return error
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new CodenodeError('request_too_large', { bodyBytes })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE': {
      const found = request.headers['content-type']
      return new CodenodeError('media_type_unsupported', found === undefined ? {} : { found })
    }
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return requestInvalid('Content-Length', 'is not the length of the body.', error)
  }
  const isOfTheClient = error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500
  if (isOfTheClient) return requestInvalid('request', `cannot be read: ${error.message.replace(/\.$/, '')}.`, error)
  return new CodenodeError('internal_error', {}, { cause: error })
}

/** For the log of the service: where it happened, without values. */
function describe(error: Error): { name: string; message: string; stack: string | undefined } {
  return { name: error.name, message: error.message, stack: error.stack }
}
