import { expect, test } from 'vitest'
import { nextSorting, type Sorting, sortRows } from './sort-rows.ts'

const rows = [{ n: 10, t: 'b10' }, { n: null, t: 'b9' }, { n: 9007199254740993n, t: 'a' }, { t: 'B' }, { n: 2, t: 'c' }]
const cases: [Sorting, unknown[]][] = [
  [null, [10, null, 9007199254740993n, undefined, 2]],
  [{ column: 'n', direction: 'ascending' }, [2, 10, 9007199254740993n, null, undefined]],
  [{ column: 'n', direction: 'descending' }, [9007199254740993n, 10, 2, null, undefined]],
]
test.each(cases)('rows sorted by %j', (sorting, numbers) => {
  expect(sortRows(rows, sorting).map(({ n }) => n)).toEqual(numbers)
})

test('texts are sorted as people do', () => {
  const texts = sortRows(rows, { column: 't', direction: 'ascending' }).map(({ t }) => t)
  expect(texts).toEqual(['a', 'B', 'b9', 'b10', 'c'])
})

test('a column is sorted upwards, downwards, and then no more', () => {
  const first = nextSorting({ column: 'b', direction: 'ascending' }, 'a')
  const second = nextSorting(first, 'a')
  expect([first, second, nextSorting(second, 'a')]).toEqual([
    { column: 'a', direction: 'ascending' },
    { column: 'a', direction: 'descending' },
    null,
  ])
})
