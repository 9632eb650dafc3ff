import { expect, test } from 'vitest'
import { inputFields } from '../form/input-fields.ts'
import { draftOf, emptyDraft, parseDraft, readDraft, switchMode } from './inputs-draft.ts'

const variables = [
  { variable: 'text', value_selector: [], value_type: 'string' },
  { variable: 'count', value_selector: [], value_type: 'number' },
  { variable: 'rows', value_selector: [], value_type: 'array[object]' },
]
const fields = inputFields({ type: 'code', variables }, [])
const inputs = { text: 'a', count: 9007199254740993n, rows: [{ x: 1 }] }
const notObject = 'must be an object.'

test('form and JSON hold the same values, every digit of them, and changing keeps them', () => {
  const form = draftOf(fields, inputs, 'form')
  expect(readDraft(fields, form, notObject)).toEqual({ status: 'read', inputs })
  const json = switchMode(fields, form, 'json')
  expect(json && readDraft(fields, json, notObject)).toEqual({ status: 'read', inputs })
  const back = json && switchMode(fields, json, 'form')
  expect(back && readDraft(fields, back, notObject)).toEqual({ status: 'read', inputs })
})

test('null stays null until something is written, and an empty text stays a text', () => {
  const draft = { ...emptyDraft, mode: 'json', json: '{"text": null, "count": null}' } as const
  const form = switchMode(fields, draft, 'form')
  expect(form?.texts).toEqual({ text: null, count: null, rows: '' })
  expect(form && switchMode(fields, form, 'json')?.json).toBe('{"text":null,"count":null}')
  const written = form && { ...form, texts: { ...form.texts, text: '', count: '' } }
  expect(written && switchMode(fields, written, 'json')?.json).toBe('{"text":""}')
  expect(parseDraft(JSON.stringify(form))).toEqual(form)
})

test('what only the JSON names is kept', () => {
  const draft = { mode: 'json', texts: {}, json: '{"text": "a", "later": 1}' } as const
  const form = switchMode(fields, draft, 'form')
  const changed = form && { ...form, texts: { ...form.texts, text: 'b' } }
  expect(changed && switchMode(fields, changed, 'json')?.json).toBe('{"text":"b","later":1}')
})

test('JSON that is no object is not taken', () => {
  for (const json of ['', '[1]', '{', '1']) {
    const draft = { ...emptyDraft, mode: 'json', json } as const
    expect(readDraft(fields, draft, notObject)).toEqual({ status: 'wrong', problems: {}, jsonProblem: notObject })
    expect(switchMode(fields, draft, 'form')).toBeNull()
  }
})

test('a field that cannot be read is named', () => {
  const read = readDraft(fields, { ...emptyDraft, texts: { count: 'many' } }, notObject)
  expect(read).toMatchObject({ status: 'wrong', jsonProblem: null })
  expect(read.status === 'wrong' && Object.keys(read.problems)).toEqual(['count'])
})

test.each([
  [null, null],
  ['', null],
  ['[]', null],
  ['{"texts":{"a":"1","b":2},"json":"{}","mode":"json"}', { mode: 'json', texts: { a: '1' }, json: '{}' }],
])('%j is kept as the draft %j', (text, draft) => {
  expect(parseDraft(text)).toEqual(draft)
})
