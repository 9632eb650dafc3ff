import { expect, test } from 'vitest'
import { formatBytes, formatMs } from './format-figures.ts'

test.each([
  [0, '0 ms'],
  [4.239, '4.2 ms'],
  [380.4, '380 ms'],
  [999.7, '1.0 s'],
  [5014, '5.0 s'],
  [12_540, '12.5 s'],
])('%j ms reads %s', (ms, text) => {
  expect(formatMs(ms)).toBe(text)
})

test.each([
  [2 ** 20, '1 MiB'],
  [3.25 * 2 ** 20, '3.3 MiB'],
  [512 * 2 ** 20, '512 MiB'],
])('%j bytes read %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
