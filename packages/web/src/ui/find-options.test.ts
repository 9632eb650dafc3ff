import { expect, test } from 'vitest'
import { findOptions, groupsOf } from './find-options.ts'

const options = [
  { id: '1', group: 'Start', label: 'query', note: 'string' },
  { id: '2', group: 'Start', label: 'limit', note: 'number' },
  { id: '3', group: 'Fetch rows', label: 'rows', note: 'array[object]' },
]

test.each([
  ['', ['1', '2', '3']],
  ['QUERY', ['1']],
  ['start', ['1', '2']],
  ['start num', ['2']],
  ['array', ['3']],
  ['nothing', []],
])('a search for %j finds every option with all of its words', (query, ids) => {
  expect(findOptions(options, query).map(({ id }) => id)).toEqual(ids)
})

test('options of a group stand together, with the place of the first', () => {
  const groups = groupsOf(options).map(({ group, from, members }) => [group, from, members.length])
  expect(groups).toEqual([
    ['Start', 0, 2],
    ['Fetch rows', 2, 1],
  ])
})
