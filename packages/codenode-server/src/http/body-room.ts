import { Transform } from 'node:stream'
import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ByteRoom } from '../service/limits/byte-room.ts'
import { stateOf } from './wire/request-state.ts'
import { whenClosed } from './wire/when-closed.ts'

/** Smaller bodies are not counted: as many as there can be connections hold little. */
const uncountedBytes = 16_384

export type BodyRoomOptions = { maxBytes: number; maxBytesPerClient: number }

/**
 * Bounds what the bodies of requests hold while they arrive and are read, before any run of theirs is counted. A body that says
 * how long it is takes that much room before its first byte; others take what has come.
 */
export function boundBodies(server: FastifyInstance, { maxBytes, maxBytesPerClient }: BodyRoomOptions): void {
  const room = new ByteRoom(maxBytes, maxBytesPerClient)
  /** What the body of a request holds until it is read or nobody waits for the answer. */
  const held = new WeakMap<FastifyRequest, number>()
  const take = (request: FastifyRequest, bytes: number): CodenodeError | null => {
    const before = held.get(request)
    // Pieces of a body can come after its end.
    if (before === undefined) return null
    const noRoom = room.take(stateOf(request).client, bytes)
    if (noRoom === null) held.set(request, before + bytes)
    return noRoom && new CodenodeError('pool_full', { bytes: noRoom === 'all' ? maxBytes : maxBytesPerClient })
  }
  const give = (request: FastifyRequest): void => {
    const bytes = held.get(request)
    if (bytes === undefined) return
    held.delete(request)
    room.give(stateOf(request).client, bytes)
  }

  server.addHook('preParsing', (request, reply, payload, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
    const bytes = Number(length ?? 0)
    if (bytes <= uncountedBytes && encoding === undefined) {
      done(null, payload)
      return
    }
    held.set(request, 0)
    const refusal = take(request, bytes)
    if (refusal) {
      // The rest of the body is not wanted.
      reply.header('connection', 'close')
      done(refusal)
      return
    }
    // Whoever leaves while its body arrives has no next hook.
    whenClosed(reply.raw, () => give(request))
    if (encoding === undefined) done(null, payload)
    else done(null, payload.pipe(counter((chunkBytes) => take(request, chunkBytes))))
  })
  // What was read is counted with its run, or gone soon.
  server.addHook('preValidation', (request, _, done) => {
    give(request)
    done()
  })
}

function counter(take: (bytes: number) => CodenodeError | null): Transform {
  return new Transform({
    transform(chunk: Buffer, _, done) {
      done(take(chunk.length), chunk)
    },
  })
}
