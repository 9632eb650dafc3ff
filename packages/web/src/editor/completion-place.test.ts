import { expect, test } from 'vitest'
import { completionPlace } from './completion-place.ts'

test.each([
  ['return na', '', 'na', 'name'],
  ['user.', 'user', '', 'member'],
  ['x = user.ad', 'user', 'ad', 'member'],
  ['rows[0].pri', 'rows[]', 'pri', 'member'],
  ['rows[i].address.', 'rows[].address', '', 'member'],
  ['user["na', 'user', 'na', 'key'],
  ["user['address']['", 'user.address', '', 'key'],
  ['rows[0]["', 'rows[]', '', 'key'],
  ['user["address"].str', 'user.address', 'str', 'member'],
] as const)('%j ends with a place in %j', (before, path, typed, form) => {
  expect(completionPlace(before)).toMatchObject({ path, typed, form })
})

test.each(['', '"', 'a = ', '[', '1 + '])('%j ends with nothing to complete', (before) => {
  expect(completionPlace(before)).toBeNull()
})
