import { expect, test } from 'vitest'
import { levelOf } from './log-level.ts'

test.each([
  ['WARNING:root:slow', 'warning'],
  ['ERROR something', 'error'],
  ['[info] ready', 'info'],
  ['Error: no such thing', 'error'],
  ['2026-01-01 10:00:00,123 DEBUG told', 'debug'],
  ['error in a sentence', 'plain'],
  ['INFORMATION', 'plain'],
  ['hello', 'plain'],
  ['', 'plain'],
  ['42', 'plain'],
] as const)('%j is of level %s', (text, level) => {
  expect(levelOf(text)).toBe(level)
})
