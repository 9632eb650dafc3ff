import { createRequire } from 'node:module'
import path from 'node:path'
import { expect, test } from 'vitest'

test('the stack of the parked thread is large enough for every architecture', () => {
  const file = path.resolve(import.meta.dirname, '../../runtimes/javascript/parked-thread.cjs')
  // Our own file.
  const { STACK_BYTES } = createRequire(import.meta.url)(file) as { STACK_BYTES: number }
  // PTHREAD_STACK_MIN of aarch64, where 64 KiB are refused, and the guard page of a kernel with pages of 64K.
  expect(STACK_BYTES).toBeGreaterThanOrEqual((128 + 64) * 1024)
})
