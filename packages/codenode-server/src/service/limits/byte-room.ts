import type { ClientId } from '../api/types.ts'

/** Why there is no room: all together hold too much, or this client does. */
export type NoRoom = 'all' | 'client'

/** Bytes that are held for clients: so many for all together, so many for each. */
export class ByteRoom {
  readonly #max: number
  readonly #maxPerClient: number
  readonly #byClient = new Map<ClientId, number>()
  #held = 0

  constructor(max: number, maxPerClient: number) {
    this.#max = max
    this.#maxPerClient = maxPerClient
  }

  get held(): number {
    return this.#held
  }

  /** Null: they are held. What is larger than all the room is let in where nothing else is held. */
  take(client: ClientId, bytes: number): NoRoom | null {
    const noRoom = this.lacks(client, bytes)
    if (noRoom === null) this.add(client, bytes)
    return noRoom
  }

  /** As `take`, but nothing is held. */
  lacks(client: ClientId, bytes: number): NoRoom | null {
    const own = this.#byClient.get(client) ?? 0
    if (this.#held > 0 && this.#held + bytes > this.#max) return 'all'
    if (own > 0 && own + bytes > this.#maxPerClient) return 'client'
    return null
  }

  /** Holds them, whether there is room or not. */
  add(client: ClientId, bytes: number): void {
    this.#held += bytes
    this.#byClient.set(client, (this.#byClient.get(client) ?? 0) + bytes)
  }

  give(client: ClientId, bytes: number): void {
    this.#held -= bytes
    const rest = (this.#byClient.get(client) ?? 0) - bytes
    if (rest > 0) this.#byClient.set(client, rest)
    else this.#byClient.delete(client)
  }
}
