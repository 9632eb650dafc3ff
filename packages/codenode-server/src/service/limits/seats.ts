import { CodenodeError } from 'codenode/internal/contract/error'
import type { ClientId } from '../api/types.ts'
import { ByteRoom } from './byte-room.ts'

export type SeatLimits = {
  max: number
  maxPerClient: number
  /** What one client may have, where that is its own; null: `maxPerClient`. */
  maxOf?: (client: ClientId) => number | null
  maxBytes: number
  maxBytesPerClient: number
}

/** The place of one run. */
export type Seat = {
  /** Throws `pool_full` or `too_many_runs` when the code and inputs of runs hold as much as they may; the seat stays taken. */
  hold: (bytes: number) => void
  /** Gives back the seat and what it held. */
  leave: () => void
}

/** How many runs a service and each of its clients have in progress, what those hold, and how much of both may be. */
export class Seats {
  readonly #limits: SeatLimits
  readonly #room: ByteRoom
  readonly #byClient = new Map<ClientId, number>()
  #taken = 0

  constructor(limits: SeatLimits) {
    this.#limits = limits
    this.#room = new ByteRoom(limits.maxBytes, limits.maxBytesPerClient)
  }

  get taken(): number {
    return this.#taken
  }

  get byClient(): Record<ClientId, number> {
    return Object.fromEntries(this.#byClient)
  }

  /** Code and inputs of the runs that have a seat. */
  get bytes(): number {
    return this.#room.held
  }

  /** `isOwed`: it was accepted by an earlier service, and is not refused. Throws `pool_full` or `too_many_runs`. */
  take(client: ClientId, { isOwed = false }: { isOwed?: boolean } = {}): Seat {
    const active = this.#byClient.get(client) ?? 0
    if (!isOwed && this.#taken >= this.#limits.max) throw new CodenodeError('pool_full', {})
    if (!isOwed && active >= (this.#limits.maxOf?.(client) ?? this.#limits.maxPerClient))
      throw new CodenodeError('too_many_runs', { active })
    this.#byClient.set(client, active + 1)
    this.#taken++
    let held = 0
    return {
      hold: (bytes) => {
        if (isOwed) this.#room.add(client, bytes)
        const noRoom = isOwed ? null : this.#room.take(client, bytes)
        if (noRoom === 'all') throw new CodenodeError('pool_full', { bytes: this.#limits.maxBytes })
        if (noRoom === 'client') {
          throw new CodenodeError('too_many_runs', { active, bytes: this.#limits.maxBytesPerClient })
        }
        held += bytes
      },
      leave: () => {
        this.#leave(client)
        if (held > 0) this.#room.give(client, held)
      },
    }
  }

  #leave(client: ClientId): void {
    this.#taken--
    const rest = (this.#byClient.get(client) ?? 0) - 1
    if (rest > 0) this.#byClient.set(client, rest)
    else this.#byClient.delete(client)
  }
}
