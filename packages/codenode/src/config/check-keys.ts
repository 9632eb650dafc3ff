import type { Findings } from './setting.ts'

/** Long enough not to be guessed, at 4 bits a character or more. */
const leastLength = 16

/** What Dify's own files set for its sandbox, and what everybody knows. */
const difysDefault = 'dify-sandbox'

/**
 * Keys that can be guessed are refused; Dify's own default is let through under Dify's own name, and told. `source`: where
 * they were named. Dify calls its one key `API_KEY`.
 */
export function checkApiKeys(keys: readonly string[], source: string): Findings {
  const isDifys = (key: string) => source === 'API_KEY' && key === difysDefault
  const short = keys.filter((key) => key.length < leastLength && !isDifys(key))
  const issues = short.map(
    (key) =>
      `holds a key of ${key.length} characters; ${rule}${source === 'API_KEY' ? ' Give Dify the same one: SANDBOX_API_KEY and CODE_EXECUTION_API_KEY.' : ''}`,
  )
  const notices = keys.some(isDifys)
    ? [
        `API_KEY is ${difysDefault}, which everybody knows: whoever reaches the port can run code. Let only Dify reach it, or set SANDBOX_API_KEY and CODE_EXECUTION_API_KEY to a key of your own.`,
      ]
    : []
  return { issues, notices }
}

export function checkMetricsKey(key: string): Findings {
  return { issues: key.length >= leastLength ? [] : [`has ${key.length} characters; ${rule}`] }
}

const rule = `a key has at least ${leastLength} (openssl rand -hex 32 makes one).`
