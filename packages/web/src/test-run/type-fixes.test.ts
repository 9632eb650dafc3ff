import type { RecordError } from 'codenode/contract'
import { expect, test } from 'vitest'
import { returnedIn, typeFixes } from './type-fixes.ts'

function failure(paths: string[], value: unknown): RecordError {
  const problems = paths.map((path) => ({ path, code: 'output_wrong_type', found: '', allowed: '' }))
  const details = { problems, problemCount: paths.length, result: { value, isWhole: true } }
  const type = 'OutputValidationError'
  return { code: 'output_wrong_type', type, blame: 'code', message: '', details, traceback: null, hint: null }
}

const result = { rows: [{ price: 1 }, { price: 'x' }], tags: [1, 2], mixed: [1, 'a'], none: null }

test.each([
  [['outputs.rows'], [{ path: ['rows'], type: 'array[object]' }]],
  [['outputs.rows[1].price'], [{ path: ['rows', 'price'], type: 'string' }]],
  [['outputs.tags[0]', 'outputs.tags[1]'], [{ path: ['tags'], type: 'array[number]' }]],
  [['outputs.mixed', 'outputs.none', 'outputs.gone', 'outputs["odd key"]'], []],
])('a failure at %j is mended by %j', (paths, fixes) => {
  expect(typeFixes(failure(paths, result))).toEqual(fixes)
})

test('what main returned is read from failures that have it', () => {
  expect(returnedIn(failure([], result))).toEqual({ values: result, isWhole: true })
  expect(returnedIn(failure([], [1]))).toBeNull()
})
