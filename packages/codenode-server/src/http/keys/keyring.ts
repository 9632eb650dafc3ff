import { timingSafeEqual } from 'node:crypto'
import { digestOf, type Key, plainKey } from './key.ts'

/** Where no key is set, whoever may connect is one client with every right. */
const localKey: Key = { ...plainKey(''), client: 'local', roles: new Set(['run', 'read', 'metrics', 'admin']) }

/** The API keys of a service. They can be replaced while it serves. */
export class Keyring {
  #keys: readonly Key[]

  constructor(keys: readonly Key[]) {
    this.#keys = keys
  }

  static of(texts: readonly string[]): Keyring {
    return new Keyring(texts.map(plainKey))
  }

  /** No key is set, so none is asked: then the service must not be reachable from elsewhere. */
  get isOpen(): boolean {
    return this.#keys.length === 0
  }

  get keys(): readonly Key[] {
    return this.#keys
  }

  /** At least one: a service that has begun with keys never serves without. */
  replace(keys: readonly [Key, ...Key[]]): void {
    this.#keys = keys
  }

  /** Null for a key that is not known or has expired. Takes the same time for every key. */
  find(text: string | undefined, nowMs = Date.now()): Key | null {
    if (this.isOpen) return localKey
    const digest = digestOf(text ?? '')
    let found: Key | null = null
    for (const key of this.#keys) if (timingSafeEqual(key.digest, digest)) found = key
    const isValid = text && found && (found.expiresAtMs === null || nowMs < found.expiresAtMs)
    return isValid ? found : null
  }

  /** Runs that a client may have in progress: what its keys say, the most of them. Null: they say nothing. */
  maxRunsOf(client: string): number | null {
    const set = this.#keys.flatMap((key) => (key.client === client && key.maxRuns !== null ? [key.maxRuns] : []))
    return set.length > 0 ? Math.max(...set) : null
  }

  /** The key that a request carries: `X-Api-Key`, else `Authorization: Bearer`, which may be a login of a server around this. */
  static textOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
    const bearer = /^Bearer +(\S+) *$/i.exec(String(headers.authorization ?? ''))?.[1]
    const { 'x-api-key': named } = headers
    return typeof named === 'string' && named !== '' ? named : bearer
  }
}
