import { createHash } from 'node:crypto'
import type { ClientId } from '../../service/api/types.ts'

/**
 * What a key may do. `run`: start and cancel runs. `read`: read its own runs, and what the service is. `metrics`: read `/metrics`.
 * `admin`: all of it, and with a header also read, cancel and delete the runs of another client.
 */
export const roles = ['run', 'read', 'metrics', 'admin'] as const
export type Role = (typeof roles)[number]

/** A key that a service accepts. The key itself is not kept. */
export type Key = {
  /** Whose runs it starts and reads. Keys with the same name are one client, so that a key can be changed without a gap. */
  client: ClientId
  /** SHA-256 of the key. */
  digest: Buffer
  roles: ReadonlySet<Role>
  /** Unix time. Null: it does not expire. */
  expiresAtMs: number | null
  /** Runs in progress. Null: as the service has it for every key. */
  maxRuns: number | null
  /** Requests on average, of which as many can come at once. Null: any number. */
  requestsPerMinute: number | null
}

/** A key that has no entry of its own: it may do everything but what only an administrator may. */
export function plainKey(text: string): Key {
  const digest = digestOf(text)
  return {
    client: `key_${digest.toString('hex').slice(0, 12)}`,
    digest,
    roles: new Set(['run', 'read', 'metrics']),
    expiresAtMs: null,
    maxRuns: null,
    requestsPerMinute: null,
  }
}

export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
