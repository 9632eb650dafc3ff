import { expect, test } from 'vitest'
import { fits } from './fitting.ts'

test.each([
  ['pandas', 'pan', true],
  ['pandas', 'pan', true],
  ['DataFrame', 'dfr', true],
  ['anything', '', true],
  ['pan', 'pan', false],
  ['Pan', 'pan', true],
  ['sre_constants', 'const', false],
])('%s for %j: %s', (label, typed, expected) => expect(fits({ label }, typed)).toBe(expected))
