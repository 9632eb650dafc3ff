import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { ByteRoom } from '../../service/limits/byte-room.ts'
import { stateOf } from './request-state.ts'
import { smallAnswer } from './send-document.ts'
import { whenClosed } from './when-closed.ts'

export type AnswerRoomOptions = { maxBytes: number; maxBytesPerClient: number }

/**
 * Bounds what large answers hold until they are taken: a client can ask for many on one connection and read none. What a run
 * has come to is always answered; to look at past runs has to wait meanwhile.
 */
export class AnswerRoom {
  readonly #limits: AnswerRoomOptions
  readonly #room: ByteRoom
  #turn: Promise<unknown> = Promise.resolve()

  constructor(limits: AnswerRoomOptions) {
    this.#limits = limits
    this.#room = new ByteRoom(limits.maxBytes, limits.maxBytesPerClient)
  }

  /** A hook of routes that read what may be large: one in a turn of the event loop. Rejects with `pool_full`. */
  readonly enter = async (request: FastifyRequest): Promise<void> => {
    const { client } = stateOf(request)
    const turn = this.#turn.then(() => new Promise(setImmediate))
    this.#turn = turn
    await turn
    const noRoom = this.#room.lacks(client, 1)
    if (noRoom === null) return
    const { maxBytes, maxBytesPerClient } = this.#limits
    throw new CodenodeError('pool_full', { unread: noRoom === 'all' ? maxBytes : maxBytesPerClient })
  }

  /** Counts an answer until it is taken, or its connection ends. */
  hold(reply: FastifyReply, text: string): string {
    const { client } = stateOf(reply.request)
    if (text.length <= smallAnswer || reply.raw.destroyed) return text
    this.#room.add(client, text.length)
    whenClosed(reply.raw, () => this.#room.give(client, text.length))
    return text
  }
}
