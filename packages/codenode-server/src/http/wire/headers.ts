import type { IncomingHttpHeaders } from 'node:http'
import * as z from 'zod'
import { requestInvalid } from './problem.ts'

/** The headers that a run takes notice of. */
export const runHeadersSchema = z.object({
  prefer: z.string().optional().describe('`respond-async`: answer 202 at once, with the run to be polled or followed.'),
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      'The same key and request within 24 hours give the same run. Such a run continues when the client disconnects, so that it can ask again.',
    ),
})

export const eventHeadersSchema = z.object({
  'last-event-id': z.string().optional().describe('Continues after this event; wins over `after`.'),
})

/** RFC 7240. */
export function prefersAsync({ prefer }: IncomingHttpHeaders): boolean {
  return prefer !== undefined && /(?:^|[,;])\s*respond-async\s*(?:[,;]|$)/i.test(String(prefer))
}

export function readIdempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const { 'idempotency-key': key } = headers
  if (key === undefined) return undefined
  if (typeof key === 'string' && key.length >= 1 && key.length <= 255) return key
  throw requestInvalid('Idempotency-Key', 'must be one string of 1 to 255 characters.')
}

export function readLastEventId(headers: IncomingHttpHeaders): number | undefined {
  const { 'last-event-id': id } = headers
  if (id === undefined || id === '') return undefined
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id)
  throw requestInvalid('Last-Event-ID', 'must be the id of an event, a whole number.')
}
