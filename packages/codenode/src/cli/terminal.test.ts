import { PassThrough } from 'node:stream'
import { afterEach, expect, test, vi } from 'vitest'
import { openTerminal } from './terminal.ts'

afterEach(() => vi.unstubAllEnvs())

test('colours are for terminals, unless FORCE_COLOR asks for them', () => {
  const file = openTerminal(new PassThrough())
  expect(file.paint.red('a')).toBe('a')
  expect(openTerminal(Object.assign(new PassThrough(), { isTTY: true })).paint.red('a')).toBe('\u001b[31ma\u001b[39m')
  vi.stubEnv('FORCE_COLOR', '1')
  expect(file.paint.red('a')).toBe('\u001b[31ma\u001b[39m')
})
