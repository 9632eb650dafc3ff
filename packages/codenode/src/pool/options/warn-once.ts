const warned = new Set<string>()

/** What is told where nobody asked to be told: a warning of the process, once for each message. */
export function warnOnce(message: string): void {
  if (warned.has(message)) return
  warned.add(message)
  process.emitWarning(message, 'CodenodeWarning')
}
