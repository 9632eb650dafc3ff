import type { Client } from 'codenode/client'
import { useCallback, useEffect, useState } from 'react'

export type Answer<Value> = { name: 'waiting' } | { name: 'known'; value: Value } | { name: 'failed'; message: string }

/** What the service answers to one question, which has to be the same function at every call. */
export function useAnswer<Value>(
  client: Client,
  ask: (client: Client, signal: AbortSignal) => Promise<Value>,
): { answer: Answer<Value>; again: () => void } {
  const [answer, setAnswer] = useState<Answer<Value>>({ name: 'waiting' })
  const [round, setRound] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another round asks again
  useEffect(() => {
    const controller = new AbortController()
    setAnswer({ name: 'waiting' })
    ask(client, controller.signal).then(
      (value) => {
        if (!controller.signal.aborted) setAnswer({ name: 'known', value })
      },
      (error: unknown) => {
        if (controller.signal.aborted) return
        setAnswer({ name: 'failed', message: error instanceof Error ? error.message : String(error) })
      },
    )
    return () => controller.abort()
  }, [client, ask, round])
  const again = useCallback(() => setRound((before) => before + 1), [])
  return { answer, again }
}
