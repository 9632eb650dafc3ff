import { CodenodeError } from '../contract/error.ts'
import type { ClientId } from './types.ts'

/** How many runs a service and each of its clients have in progress, and may have. */
export class Seats {
  readonly #max: number
  readonly #maxPerClient: number
  readonly #byClient = new Map<ClientId, number>()
  #taken = 0

  constructor(max: number, maxPerClient: number) {
    this.#max = max
    this.#maxPerClient = maxPerClient
  }

  get taken(): number {
    return this.#taken
  }

  get byClient(): Record<ClientId, number> {
    return Object.fromEntries(this.#byClient)
  }

  /** Throws `pool_full` or `too_many_runs`. Returns what gives the seat back. */
  take(client: ClientId): () => void {
    const active = this.#byClient.get(client) ?? 0
    if (this.#taken >= this.#max) throw new CodenodeError('pool_full', {})
    if (active >= this.#maxPerClient) throw new CodenodeError('too_many_runs', { active })
    this.#byClient.set(client, active + 1)
    this.#taken++
    return () => this.#leave(client)
  }

  #leave(client: ClientId): void {
    this.#taken--
    const rest = (this.#byClient.get(client) ?? 0) - 1
    if (rest > 0) this.#byClient.set(client, rest)
    else this.#byClient.delete(client)
  }
}
