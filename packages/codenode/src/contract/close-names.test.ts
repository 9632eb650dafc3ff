import { expect, test } from 'vitest'
import { closeNames } from './close-names.ts'

test.each([
  ['nunpy', ['numpy']],
  ['pandsa', ['pandas']],
  ['Date-Fns', ['date_fns']],
  ['polars', []],
  ['', []],
])('the close names of %s are %j', (name, expected) => {
  expect(closeNames(name, ['numpy', 'pandas', 'date_fns', 'lodash'])).toEqual(expected)
})
