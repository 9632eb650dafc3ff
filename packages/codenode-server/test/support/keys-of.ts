import type { KeyCheck } from '../../src/http/keys/key-check.ts'
import { Keyring } from '../../src/http/keys/keyring.ts'
import { Rates } from '../../src/http/keys/rates.ts'

/** What checks requests where these are the keys. */
export function keysOf(texts: readonly string[]): KeyCheck {
  return { keyring: Keyring.of(texts), rates: new Rates() }
}
