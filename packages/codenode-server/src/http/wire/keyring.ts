import { createHash, timingSafeEqual } from 'node:crypto'
import type { ClientId } from '../../service/api/types.ts'

/** The API keys of a service, as their hashes; the keys themselves are not kept. */
export class Keyring {
  readonly #known: readonly { client: ClientId; digest: Buffer }[]

  constructor(apiKeys: readonly string[]) {
    this.#known = apiKeys.map((key) => {
      const digest = hash(key)
      return { client: `key_${digest.toString('hex').slice(0, 12)}`, digest }
    })
  }

  /** No key is set, so none is asked: then the service must not be reachable from elsewhere. */
  get isOpen(): boolean {
    return this.#known.length === 0
  }

  /** Whose key it is: null for one that is not known. Takes the same time for every key. */
  clientOf(key: string | undefined): ClientId | null {
    if (this.isOpen) return 'local'
    const digest = hash(key ?? '')
    let found: ClientId | null = null
    for (const one of this.#known) if (timingSafeEqual(one.digest, digest)) found = one.client
    return key ? found : null
  }

  /** The key that a request carries: `X-Api-Key`, else `Authorization: Bearer`, which may be a login of a server around this. */
  static keyOf(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
    const bearer = /^Bearer +(\S+) *$/i.exec(String(headers.authorization ?? ''))?.[1]
    const { 'x-api-key': named } = headers
    return typeof named === 'string' && named !== '' ? named : bearer
  }
}

function hash(key: string): Buffer {
  return createHash('sha256').update(key).digest()
}
