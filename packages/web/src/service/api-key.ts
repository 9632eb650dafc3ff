import { create } from 'zustand'
import { readText, writeText } from '../browser/storage.ts'

const storageKey = 'codenode.key'

type KeyState = {
  apiKey: string | undefined
  /** What the service said to the last request: it wants a key, or does not know the one that was sent. */
  asks: 'no' | 'for-one' | 'for-another'
}

/** The key that requests carry. It is kept for this tab only. */
export const useApiKey = create<KeyState>(() => ({
  apiKey: readText('session', storageKey) ?? undefined,
  asks: 'no',
}))

export function setApiKey(apiKey: string): void {
  writeText('session', storageKey, apiKey)
  useApiKey.setState({ apiKey, asks: 'no' })
}

export function askForKey(refused: string | undefined): void {
  const { apiKey } = useApiKey.getState()
  // An answer to a request of before must not ask again for a key that was just given.
  if (refused === apiKey) useApiKey.setState({ asks: refused === undefined ? 'for-one' : 'for-another' })
}
