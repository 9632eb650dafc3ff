/** What listeners do wrong must not change a run: it becomes a process warning. */
export function warnOnThrow(call: () => void): void {
  try {
    call()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
