import { describeValue } from '../contract/values.ts'

/**
 * Calls a listener of the caller's. What it throws, or what its promise rejects with, becomes a warning of the process: it
 * changes nothing for whoever tells. `name`: of the listener, for the warning.
 */
export function callListener<Value>(name: string, listener: (value: Value) => unknown, value: Value): void {
  const warn = (error: unknown): void => {
    process.emitWarning(
      error instanceof Error ? error : `${name} threw ${error === undefined ? 'undefined' : describeValue(error)}.`,
    )
  }
  try {
    const answer = listener(value)
    if (isThenable(answer)) answer.then(undefined, warn)
  } catch (error) {
    warn(error)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
