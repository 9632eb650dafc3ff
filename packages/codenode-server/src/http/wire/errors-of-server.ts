import { CodenodeError } from 'codenode/internal/contract/error'

/** An error with a status that neither this nor Fastify itself has made, as a login or a rate limit throws it. */
export function isOfTheServer(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof CodenodeError || !('statusCode' in error)) return false
  return !('code' in error && /^FST_ERR_/.test(String(error.code)))
}
