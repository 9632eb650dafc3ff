import type { ServerResponse } from 'node:http'

/**
 * Calls `listener` once, when the answer is out or its connection has ended. It can have ended before: a request may wait, for
 * whose it is or until it is read, and whoever asked may leave meanwhile.
 */
export function whenClosed(response: ServerResponse, listener: () => void): void {
  if (response.destroyed) listener()
  else response.once('close', listener)
}
