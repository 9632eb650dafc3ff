import { expect, test } from 'vitest'
import { cutTo, padTo } from './columns.ts'

test.each([
  ['abcdef', 4, 'abc…'],
  ['abcd', 4, 'abcd'],
  ['漢字漢字', 6, '漢字…'],
  ['👨‍👩‍👧👨‍👩‍👧', 3, '👨‍👩‍👧…'],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ['❤️❤️❤️', 5, '❤️❤️…'],
])('%s is cut to %i columns between characters as people see them', (text, width, cut) => {
  expect(cutTo(width, text)).toBe(cut)
})

test('a text is filled up to its columns', () => {
  expect(padTo(5, '漢字')).toBe('漢字 ')
  expect(padTo(5, '12', 'right')).toBe('   12')
  expect(padTo(2, 'abc')).toBe('abc')
})
