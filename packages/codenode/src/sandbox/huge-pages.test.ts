import { expect, test } from 'vitest'
import { findHugePages } from './huge-pages.ts'

const mebibyte = 2 ** 20

test('whole huge pages of 2 MiB are found in the memory of a process', () => {
  const { hugeData, hugeCode } = findHugePages(process.pid, 2 * mebibyte)
  // This process is a Node like the zygote of JavaScript: 40 MiB of code.
  expect(hugeCode.length).toBeGreaterThan(0)
  for (const [address, length] of [...hugeData, ...hugeCode]) {
    expect([address % (2 * mebibyte), length % (2 * mebibyte)]).toEqual([0, 0])
    expect(length).toBeGreaterThan(0)
  }
})

test.each([0, 32 * mebibyte, 512 * mebibyte])('a kernel whose huge pages have %d bytes is asked for none', (size) => {
  expect(findHugePages(process.pid, size)).toEqual({ hugeData: [], hugeCode: [] })
})

test('a process that is not there has none', () => {
  expect(findHugePages(2 ** 30, 2 * mebibyte)).toEqual({ hugeData: [], hugeCode: [] })
})
