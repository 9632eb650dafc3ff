import type { Client } from 'codenode/client'
import { useCallback, useEffect, useState } from 'react'
import { useClient } from './client.ts'

export type Query<Value> = { name: 'loading' } | { name: 'failed'; error: unknown } | { name: 'ready'; value: Value }

/** What the service answers to `ask`, which must be the same function as long as the question is. */
export function useQuery<Value>(
  ask: (client: Client, signal: AbortSignal) => Promise<Value>,
): readonly [Query<Value>, () => void] {
  const client = useClient()
  const [query, setQuery] = useState<Query<Value>>({ name: 'loading' })
  const [tries, setTries] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` is what asks again
  useEffect(() => {
    const gone = new AbortController()
    setQuery({ name: 'loading' })
    ask(client, gone.signal).then(
      (value) => setQuery({ name: 'ready', value }),
      (error: unknown) => {
        if (!gone.signal.aborted) setQuery({ name: 'failed', error })
      },
    )
    return () => gone.abort()
  }, [ask, client, tries])
  const again = useCallback(() => setTries((count) => count + 1), [])
  return [query, again]
}
