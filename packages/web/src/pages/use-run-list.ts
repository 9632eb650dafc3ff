import type { RunFilter, RunPage, RunSummary } from 'codenode/client'
import { useEffect, useState } from 'react'
import { useClient } from '../service/client.ts'

const refreshMs = 3000

export type RunList = {
  runs: readonly RunSummary[] | null
  error: unknown
  hasMore: boolean
  loadMore: () => void
  retry: () => void
}

type Pages = Pick<RunPage, 'nextCursor'> & { runs: readonly RunSummary[] }

/** The runs that fit, newest first. New ones and changes of the first page come in by themselves while the page is seen. */
export function useRunList(filter: RunFilter): RunList {
  const client = useClient()
  const [pages, setPages] = useState<Pages | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  const key = JSON.stringify(filter)

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the filter, `tries` asks again
  useEffect(() => {
    const gone = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    setPages(null)
    setError(null)
    const refresh = async (): Promise<void> => {
      try {
        if (document.visibilityState === 'visible') {
          const page = await client.listRuns(filter, { signal: gone.signal })
          setPages((before) => withNewest(before, page))
          setError(null)
        }
      } catch (problem) {
        if (gone.signal.aborted) return
        setError(problem)
      }
      if (!gone.signal.aborted) timer = setTimeout(() => void refresh(), refreshMs)
    }
    void refresh()
    return () => {
      gone.abort()
      clearTimeout(timer)
    }
  }, [client, key, tries])

  const loadMore = (): void => {
    const cursor = pages?.nextCursor
    if (!cursor) return
    client
      .listRuns({ ...filter, cursor })
      .then(
        (page) => setPages((before) => (before ? { ...page, runs: [...before.runs, ...page.runs] } : page)),
        setError,
      )
  }
  return {
    runs: pages?.runs ?? null,
    error,
    hasMore: Boolean(pages?.nextCursor),
    loadMore,
    retry: () => setTries((count) => count + 1),
  }
}

/** The list with a fresh first page; what was loaded behind it stays. */
export function withNewest(before: Pages | null, page: RunPage): Pages {
  const last = page.runs.at(-1)
  if (!before || !last) return page
  const older = before.runs.filter(({ id }) => id < last.id)
  if (older.length === 0) return page
  return { runs: [...page.runs, ...older], nextCursor: before.nextCursor }
}
