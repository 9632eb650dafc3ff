import { expect, test } from 'vitest'
import { problemsAt, problemsElsewhere, problemsUnder } from './problems-of.ts'

const problems = [
  { path: 'code', message: 'a' },
  { path: 'variables[1].variable', message: 'b' },
  { path: 'variables[10].variable', message: 'c' },
  { path: 'code_languages', message: 'd' },
  { path: '', message: 'e' },
]

test('each problem stands with its field, and what has no field stands by itself', () => {
  expect(problemsAt(problems, 'code', 'variables[1]')).toEqual(['a'])
  expect(problemsUnder(problems, 'variables[1]')).toEqual(['b'])
  expect(problemsUnder(problems, 'variables')).toEqual(['b', 'c'])
  expect(problemsElsewhere(problems).map(({ message }) => message)).toEqual(['d', 'e'])
})
