import { type Client, createClient } from 'codenode/client'
import { useMemo } from 'react'
import { readPrefix } from '../browser/prefix.ts'
import { askForKey, useApiKey } from './api-key.ts'

/** The client of the service that serves this page. */
export function useClient(): Client {
  const apiKey = useApiKey((state) => state.apiKey)
  return useMemo(() => buildClient(apiKey), [apiKey])
}

/** The same for code that is no component. */
export function currentClient(): Client {
  return buildClient(useApiKey.getState().apiKey)
}

function buildClient(apiKey: string | undefined): Client {
  return createClient({
    baseUrl: readPrefix(),
    apiKey,
    fetch: async (input, init) => {
      const response = await fetch(input, init)
      if (response.status === 401) askForKey(apiKey)
      return response
    },
  })
}
