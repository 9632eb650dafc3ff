import { stringifyLossless } from 'codenode/internal/json/json'
import type { FastifyReply } from 'fastify'

/** What fits the kernel's buffers leaves at once, whether the client reads or not. */
export const smallAnswer = 65_536

/** Sends a document that can be large; a client that does not take it is dropped after `stallMs`. */
export function sendDocument(reply: FastifyReply, document: unknown, stallMs: number): FastifyReply {
  return sendJson(reply, stringifyLossless(document), stallMs)
}

/** As `sendDocument`, for a document that is JSON already. */
export function sendJson(reply: FastifyReply, text: string, stallMs: number): FastifyReply {
  if (text.length > smallAnswer) dropWhenStalled(reply, stallMs)
  return reply.type('application/json; charset=utf-8').send(text)
}

/** Node's own timeout counts from the last bytes that the other side took, and ends with the answer. */
export function dropWhenStalled(reply: FastifyReply, stallMs: number): void {
  reply.raw.setTimeout(stallMs, () => reply.raw.destroy())
}
