import { expect, test } from 'vitest'
import { findTables } from './find-tables.ts'

test('every array of objects and of numbers is found, however deep, with its columns', () => {
  const rows = [{ city: 'Oslo', people: 7 }, null, { city: 'Rome', people: 2n ** 60n, note: null }]
  const outputs = { text: 'a', report: { rows, names: ['a'] }, values: [1, null, 2], none: [], mixed: [1, 'a'] }
  expect(findTables(outputs)).toEqual([
    {
      path: 'report.rows',
      columns: ['city', 'people', 'note'],
      rows: [rows[0], {}, rows[2]],
      numeric: ['people'],
    },
    { path: 'values', columns: ['value'], rows: [{ value: 1 }, { value: null }, { value: 2 }], numeric: ['value'] },
  ])
})
