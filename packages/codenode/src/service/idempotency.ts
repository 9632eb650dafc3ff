import { createHash } from 'node:crypto'
import { CodenodeError } from '../contract/error.ts'
import { stringifyLossless } from '../contract/json.ts'
import type { NodeRequest, StartOptions } from './types.ts'

export type Idempotency = { key: string; requestHash: string }

const maxKeyLength = 255

/** Null without a key. Throws `request_invalid`. */
export function readIdempotency(request: NodeRequest, options: StartOptions): Idempotency | null {
  const { idempotencyKey: key } = options
  if (key === undefined) return null
  if (key === '' || key.length > maxKeyLength) {
    const message = `has ${key.length} characters; it must have 1 to ${maxKeyLength}.`
    throw new CodenodeError('request_invalid', { issues: [{ path: 'idempotency-key', message }] })
  }
  return { key, requestHash: hashRequest(request, options) }
}

/** Requests with the same hash ask for the same. Members in another order make another request. */
function hashRequest({ node, inputs, nodeId = null }: NodeRequest, { outputs = 'declared' }: StartOptions): string {
  try {
    return createHash('sha256')
      .update(stringifyLossless({ node, inputs: inputs ?? {}, nodeId, outputs }))
      .digest('hex')
  } catch (cause) {
    // A cycle, which only a caller in this process can make.
    const message = `cannot be written as JSON: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new CodenodeError('inputs_invalid', { issues: [{ path: 'inputs', message }] }, { cause })
  }
}
