import type { CodeToCheck, Diagnostic } from './diagnostic.ts'

/** Everything that can be said about a node's code without running it. */
export function diagnose({ code }: CodeToCheck): Diagnostic[] {
  if (/\bmain\b/.test(code)) return []
  return [{ from: 0, to: code.length, severity: 'error', message: 'The code must define main.' }]
}
