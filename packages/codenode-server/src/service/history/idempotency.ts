import { createHash } from 'node:crypto'
import { CodenodeError } from 'codenode/internal/contract/error'
import { stringifyLossless } from 'codenode/internal/json/json'

export type Idempotency = { key: string; requestHash: string }

const maxKeyLength = 255

/** `asked`: all that makes a request another one. Null without a key. Throws `request_invalid`. */
export function readIdempotency(key: string | undefined, asked: Readonly<Record<string, unknown>>): Idempotency | null {
  if (key === undefined) return null
  if (key === '' || key.length > maxKeyLength) {
    const message = `has ${key.length} characters; it must have 1 to ${maxKeyLength}.`
    throw new CodenodeError('request_invalid', { issues: [{ path: 'idempotency-key', message }] })
  }
  return { key, requestHash: hash(asked) }
}

/** Requests with the same hash ask for the same. Members in another order make another request. */
function hash(asked: Readonly<Record<string, unknown>>): string {
  try {
    return createHash('sha256').update(stringifyLossless(asked)).digest('hex')
  } catch (cause) {
    // A cycle, which only a caller in this process can make.
    const message = `cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new CodenodeError('inputs_invalid', { issues: [{ path: 'inputs', message }] }, { cause })
  }
}
