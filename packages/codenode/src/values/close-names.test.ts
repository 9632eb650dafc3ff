import { expect, test } from 'vitest'
import { closeModules, closeNames } from './close-names.ts'

test.each([
  ['nunpy', ['numpy']],
  ['pandsa', ['pandas']],
  ['Date-Fns', ['date_fns']],
  ['polars', []],
  ['', []],
])('the close names of %s are %j', (name, expected) => {
  expect(closeNames(name, ['numpy', 'pandas', 'date_fns', 'lodash'])).toEqual(expected)
})

test.each([
  ['reqeusts', ['requests']],
  ['calender', ['calendar']],
  ['numpi', ['numpy']],
  ['momentjs', ['moment']],
  // Packages of their own, and no slips.
  ['redis', []],
  ['matplotlib', []],
  ['typer', []],
  ['qrcode', []],
  ['websocket', []],
  ['aiohttp', []],
])('the modules that %s is likely a slip of are %j', (name, expected) => {
  const library = ['dis', 'importlib', 'types', 'code', 'socket', 'http', 'calendar']
  expect(closeModules(name, ['numpy', 'requests', 'moment'], library)).toEqual(expected)
})
