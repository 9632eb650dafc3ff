import { expect, test } from 'vitest'
import { BadRequest } from './envelope.ts'
import { parseLanguageRequest, parseRunRequest } from './run-request.ts'

const python = { language: 'python3', code: 'print(1)' }
const refused = (parse: () => unknown): [number, string] => {
  try {
    throw new Error(`it was read: ${JSON.stringify(parse())}`)
  } catch (error) {
    if (error instanceof BadRequest) return [error.status, error.message]
    throw error
  }
}

test.each([
  ['the least', python, 'python'],
  ['JavaScript', { ...python, language: 'nodejs' }, 'javascript'],
  ['what Dify sends', { ...python, preload: '', enable_network: true }, 'python'],
  ['nulls', { ...python, preload: null, enable_network: null }, 'python'],
  ['a form', { ...python, preload: 'import json', enable_network: 'true' }, 'python'],
  ['fields that a later version adds', { ...python, timeout: 5 }, 'python'],
] as const)('a body is read: %s', (_name, body, language) => {
  expect(parseRunRequest(body)).toEqual({ language, code: python.code })
})

const noObject = 'the body must be a JSON object or a form with the fields language and code'

test.each([
  ['nothing', undefined, 200, noObject],
  ['null', null, 200, noObject],
  ['a list', [python], 200, noObject],
  ['a text', 'python3', 200, noObject],
  ['no field', {}, 200, 'the field language is required; the field code is required'],
  ['no code', { language: 'python3' }, 200, 'the field code is required'],
  ['an empty code', { language: 'python3', code: '' }, 200, 'the field code is required'],
  ['no language', { code: 'x' }, 200, 'the field language is required'],
  ['a number for code', { ...python, code: 7 }, 200, 'the field code must be a text'],
  ['a field twice in a form', { ...python, code: ['a', 'b'] }, 200, 'the field code must be a text'],
  ['a list for preload', { ...python, preload: [] }, 200, 'the field preload must be a text'],
  [
    'a text for the flag',
    { ...python, enable_network: 'maybe' },
    200,
    'the field enable_network must be true or false',
  ],
  ['an unknown language', { ...python, language: 'ruby' }, 400, 'unsupported language'],
  ['the name of a method', { ...python, language: 'toString' }, 400, 'unsupported language'],
] as const)('a body is refused with a clear message: %s', (_name, body, status, message) => {
  expect(refused(() => parseRunRequest(body))).toEqual([status, message])
})

test('dependencies are asked for by language', () => {
  expect(parseLanguageRequest({ language: 'nodejs' })).toBe('nodejs')
  expect(refused(() => parseLanguageRequest({}))).toEqual([200, 'the field language is required'])
  expect(refused(() => parseLanguageRequest({ language: 'perl' }))).toEqual([400, 'unsupported language'])
})
