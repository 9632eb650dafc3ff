import { expect, test } from 'vitest'
import { preview } from './preview.ts'

test.each([
  [{ city: 'Oslo', cost: 10 }, '{city: "Oslo", cost: 10}'],
  [[1, null, true, 12345678901234567890n], '[1, null, true, 12345678901234567890]'],
  [{ rows: [1], of: { a: 1 }, none: [], empty: {} }, '{rows: […], of: {…}, none: [], empty: {}}'],
  [['say "it"', 'a\nb'], String.raw`["say \"it\"", "a↵b"]`],
  [['x'.repeat(40)], `["${'x'.repeat(24)}…"]`],
  [Array.from({ length: 60 }, (_, at) => at), `[${Array.from({ length: 21 }, (_, at) => at).join(', ')}, …]`],
  [{ ['n'.repeat(90)]: 1 }, '{…}'],
])('a folded value reads as one line: %#', (value, text) => {
  expect(preview(value)).toBe(text)
})
