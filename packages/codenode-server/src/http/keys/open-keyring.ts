import { type Key, plainKey } from './key.ts'
import { Keyring } from './keyring.ts'
import { readKeyFile } from './read-key-file.ts'

export type KeySettings = { apiKeys: readonly string[]; keysFile: string | null }

/** The keys of a service, and how they are read again. */
export type OpenKeyring = {
  keyring: Keyring
  /** There are several clients, or there can be after the next reading. */
  isShared: boolean
  /**
   * Reads the file of keys again. Gives the names that came and went. Throws \`configuration_invalid\` when the file is wrong; then the
   * keys stay as they are.
   */
  reload: () => { added: string[]; removed: string[] }
}

/** Throws \`configuration_invalid\` when the file of keys is wrong. */
export function openKeyring({ apiKeys, keysFile }: KeySettings): OpenKeyring {
  const plain = apiKeys.map(plainKey)
  const keyring = new Keyring(keysFile === null ? plain : addPlain(readKeyFile(keysFile), plain))
  const names = () => [...new Set(keyring.keys.map(({ client }) => client))]
  return {
    keyring,
    isShared: apiKeys.length > 1 || keysFile !== null,
    reload: () => {
      if (keysFile === null) return { added: [], removed: [] }
      const before = names()
      keyring.replace(addPlain(readKeyFile(keysFile), plain))
      const after = names()
      return {
        added: after.filter((name) => !before.includes(name)),
        removed: before.filter((name) => !after.includes(name)),
      }
    },
  }
}

/** What the file says of a key wins. */
function addPlain([first, ...rest]: [Key, ...Key[]], plain: readonly Key[]): [Key, ...Key[]] {
  const isInFile = ({ digest }: Key) => [first, ...rest].some((key) => key.digest.equals(digest))
  return [first, ...rest, ...plain.filter((key) => !isInFile(key))]
}
