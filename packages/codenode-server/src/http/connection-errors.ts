import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { stringifyLossless } from 'codenode/internal/json/json'
import { problemType, requestInvalid, toProblem } from './wire/problem.ts'

/** Answers what never became a request: too slow, headers too large, not HTTP. Then the connection ends. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  if (!socket.writable) {
    socket.destroy(error)
    return
  }
  const { status, path, message } = explain(error.code)
  const body = stringifyLossless(toProblem(requestInvalid(path, message), 'connection', status))
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `Content-Type: ${problemType}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  // Destroyed once it is out; a client that does not read it has no claim to it.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
  socket.setTimeout(1000, () => socket.destroy())
}

function explain(code: string | undefined): { status: 400 | 408 | 431; path: string; message: string } {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { status: 408, path: 'request', message: 'took too long to arrive.' }
  if (code === 'HPE_HEADER_OVERFLOW') return { status: 431, path: 'headers', message: 'are too large.' }
  return { status: 400, path: 'request', message: 'is not HTTP.' }
}
