export type LogLevel = 'error' | 'warning' | 'info' | 'debug' | 'plain'

const words: Readonly<Record<string, LogLevel>> = {
  CRITICAL: 'error',
  FATAL: 'error',
  ERROR: 'error',
  WARNING: 'warning',
  WARN: 'warning',
  INFO: 'info',
  DEBUG: 'debug',
  TRACE: 'debug',
}

/** The level that a line begins with, as the loggers of both languages write it: `WARNING:root:…`, `[error] …`. */
export function levelOf(text: string): LogLevel {
  const word = /^\s*\[?(?:\d[\d\s:,.T/-]*\s)?\[?([A-Za-z]+)\]?\b/.exec(text)?.[1]
  if (word === undefined) return 'plain'
  // `error` alone may be the first word of a sentence; in capitals, brackets or before a colon it is a level.
  const isMarked = word === word.toUpperCase() || new RegExp(`^\\W*(?:\\d\\S*\\s+)*\\[?${word}[\\]:]`).test(text)
  return (isMarked && words[word.toUpperCase()]) || 'plain'
}
