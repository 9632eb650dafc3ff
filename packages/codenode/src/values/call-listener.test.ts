import { expect, test, vi } from 'vitest'
import { callListener } from './call-listener.ts'

test.each([
  [
    'throws',
    () => {
      throw new Error('no')
    },
    'no',
  ],
  ['rejects', () => Promise.reject(new Error('later')), 'later'],
  [
    'throws what is no error',
    () => {
      throw Object.create(null)
    },
    'onEvent threw an object.',
  ],
] as const)('a listener that %s becomes a warning', async (_, listener, message) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  callListener('onEvent', listener, 1)
  await Promise.resolve()
  await Promise.resolve()
  const [given] = warn.mock.calls.map(([it]) => (it instanceof Error ? it.message : it))
  warn.mockRestore()
  expect(given).toBe(message)
})
