import { expect, test } from 'vitest'
import { readProblem, readRetryAfter } from './api-error.ts'

const factsOf = (status: number, text: string, retryAfter: string | null = null) => {
  const { code, message, hint, issues, retryAfterMs, isTemporary } = readProblem({ status, retryAfter, text })
  return { code, message, hint, issues, retryAfterMs, isTemporary }
}

test('a problem of the service becomes an error with its code, text, issues and wait', () => {
  const issues = [{ path: 'node.data.code', message: 'is missing.' }]
  const text = JSON.stringify({
    title: 'Wrong',
    status: 422,
    detail: 'The settings are wrong.',
    code: 'node_invalid',
    hint: 'Fix the listed issues.',
    issues,
  })
  expect(factsOf(422, text)).toEqual({
    code: 'node_invalid',
    message: 'The settings are wrong.',
    hint: 'Fix the listed issues.',
    issues,
    retryAfterMs: null,
    isTemporary: false,
  })
  const full = JSON.stringify({ title: 'Full', status: 503, code: 'pool_full' })
  expect(factsOf(503, full, '2')).toEqual({
    code: 'pool_full',
    message: 'Full',
    hint: null,
    issues: [],
    retryAfterMs: 2000,
    isTemporary: true,
  })
})

test.each(['', '<html>Bad Gateway</html>', '[]', '{"message":"no"}', '{"code":7}'])(
  'the answer %j of something else is told as such',
  (text) => {
    const message = 'The answer with status 502 is not one of Codenode; perhaps a proxy gave it.'
    expect(factsOf(502, text)).toEqual({
      code: 'answer_unreadable',
      message,
      hint: null,
      issues: [],
      retryAfterMs: null,
      isTemporary: true,
    })
  },
)

test.each([
  [null, null],
  ['', null],
  ['soon', null],
  ['0', 0],
  ['1.5', 1500],
  ['Thu, 01 Jan 1970 00:01:40 GMT', 40_000],
  ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
])('Retry-After %j means %j ms', (header, waitMs) => {
  expect(readRetryAfter(header, 60_000)).toBe(waitMs)
})
