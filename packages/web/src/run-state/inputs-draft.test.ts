import { expect, test } from 'vitest'
import { inputFields } from '../form/input-fields.ts'
import type { InputSources } from './input-source.ts'
import { emptyDraft, isTyped, jsonOf, missingNodes, parseDraft, readDraft, switchMode } from './inputs-draft.ts'

const variables = [
  { variable: 'text', value_selector: [], value_type: 'string' },
  { variable: 'count', value_selector: [], value_type: 'number' },
  { variable: 'rows', value_selector: [], value_type: 'array[object]' },
]
const fields = inputFields({ type: 'code', variables }, [])
const inputs = { text: 'a', count: 9007199254740993n, rows: [{ x: 1 }] }
const known = (value: unknown) => ({ name: 'known', value, from: 'Top', at: null }) as const
const sources: InputSources = { text: known('a'), count: known(9007199254740993n), rows: known([{ x: 1 }]) }
const notObject = 'must be an object.'

test('values come from their sources, and what is typed wins', () => {
  expect(readDraft(fields, emptyDraft, sources, notObject)).toEqual({ status: 'read', inputs })
  const typed = { ...emptyDraft, texts: { text: 'b', rows: null } }
  expect(readDraft(fields, typed, sources, notObject)).toEqual({
    status: 'read',
    inputs: { ...inputs, text: 'b', rows: null },
  })
  expect([isTyped(emptyDraft), isTyped(typed)]).toEqual([false, true])
})

test('form and JSON hold the same values, every digit of them; looking at the JSON types nothing', () => {
  const json = switchMode(fields, emptyDraft, 'json', sources)
  expect(json && [isTyped(json), jsonOf(fields, json, sources)]).toEqual([
    false,
    '{"text":"a","count":9007199254740993,"rows":[{"x":1}]}',
  ])
  const written = {
    ...emptyDraft,
    mode: 'json',
    json: '{"text":"b","count":9007199254740993,"rows":[{"x":1}]}',
  } as const
  const form = switchMode(fields, written, 'form', sources)
  expect(form).toEqual({ mode: 'form', texts: { text: 'b' }, json: null })
  expect(form && readDraft(fields, form, sources, notObject)).toEqual({
    status: 'read',
    inputs: { ...inputs, text: 'b' },
  })
})

test('null stays null until something is written, and an empty text stays a text', () => {
  const draft = { ...emptyDraft, mode: 'json', json: '{"text": null, "count": null}' } as const
  const form = switchMode(fields, draft, 'form', {})
  expect(form?.texts).toEqual({ text: null, count: null, rows: '' })
  const jsonNow = (texts: Record<string, string | null>) => jsonOf(fields, { mode: 'json', texts, json: null }, {})
  expect(form && jsonNow({ ...form.texts })).toBe('{"text":null,"count":null}')
  expect(form && jsonNow({ ...form.texts, text: '', count: '' })).toBe('{"text":""}')
  expect(parseDraft(JSON.stringify(form))).toEqual(form)
})

test('what only the JSON names is kept', () => {
  const draft = { mode: 'json', texts: {}, json: '{"text": "a", "later": 1}' } as const
  const form = switchMode(fields, draft, 'form', {})
  const changed = form && { ...form, texts: { ...form.texts, text: 'b' } }
  expect(changed && switchMode(fields, changed, 'json', {})?.json).toBe('{"text":"b","later":1}')
})

test('JSON that is no object is not taken', () => {
  for (const json of ['', '[1]', '{', '1']) {
    const draft = { ...emptyDraft, mode: 'json', json } as const
    expect(readDraft(fields, draft, {}, notObject)).toEqual({ status: 'wrong', problems: {}, jsonProblem: notObject })
    expect(switchMode(fields, draft, 'form', {})).toBeNull()
  }
})

test('a field that cannot be read is named', () => {
  const read = readDraft(fields, { ...emptyDraft, texts: { count: 'many' } }, {}, notObject)
  expect(read).toMatchObject({ status: 'wrong', jsonProblem: null })
  expect(read.status === 'wrong' && Object.keys(read.problems)).toEqual(['count'])
})

test('what has to run first is named once, but not for what is typed', () => {
  const missing = { name: 'missing', from: 'Top', why: 'not run' } as const
  const none: InputSources = { text: missing, count: missing, rows: { ...missing, from: 'Rows' } }
  expect(missingNodes(fields, emptyDraft, none)).toEqual(['Top', 'Rows'])
  expect(missingNodes(fields, { ...emptyDraft, texts: { rows: '[]' } }, none)).toEqual(['Top'])
  expect(missingNodes(fields, { ...emptyDraft, mode: 'json', json: '{}' }, none)).toEqual([])
})

test.each([
  [null, null],
  ['', null],
  ['[]', null],
  ['{"texts":{"a":"1","b":2},"json":"{}","mode":"json"}', { mode: 'json', texts: { a: '1' }, json: '{}' }],
])('%j is kept as the draft %j', (text, draft) => {
  expect(parseDraft(text)).toEqual(draft)
})
