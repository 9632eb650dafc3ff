import { expect, test } from 'vitest'
import { problemsAt, problemsElsewhere, problemsOfRow, problemsUnder } from './problems-of.ts'

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
  expect(problemsElsewhere(problems, 'code').map(({ message }) => message)).toEqual(['d', 'e'])
  expect(problemsElsewhere(problems, 'end')).toEqual(problems)
  expect(problemsElsewhere(problems, 'unknown')).toEqual(problems)
})

test('the problems of a row stand with its name, or with what else it has', () => {
  const ofRow = [
    { path: 'outputs[1]', message: 'a' },
    { path: 'outputs[1].variable', message: 'b' },
    { path: 'outputs[1].value_selector[0]', message: 'c' },
    { path: 'outputs[10].value_selector', message: 'd' },
  ]
  expect(problemsOfRow(ofRow, 'outputs[1]', 'variable')).toEqual({ own: ['a', 'b'], others: ['c'] })
})
