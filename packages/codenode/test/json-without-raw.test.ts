/** A file of its own: the modules that it loads have seen another JSON. */
import { expect, test, vi } from 'vitest'

test('a browser without JSON.rawJSON writes all digits too', async () => {
  vi.stubGlobal('JSON', { parse: JSON.parse, stringify: JSON.stringify })
  const json = await import('../src/json/json.ts').finally(() => vi.unstubAllGlobals())
  expect(json.stringifyLossless({ id: 2n ** 64n, list: [1, 'a', -1n] })).toBe(
    '{"id":18446744073709551616,"list":[1,"a",-1]}',
  )
})
