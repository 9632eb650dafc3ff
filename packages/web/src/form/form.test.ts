import { type CodeLanguage, checkNode, parseNode } from 'codenode/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeData } from '../graph/document.ts'
import { newData } from '../graph/new-node.ts'
import { buildStub } from '../graph/stubs.ts'
import { changeLanguage, isUntouched, resetCode } from './change-language.ts'
import { alignDefaults, defaultFields, setDefault, setErrorStrategy, strategyOf } from './error-strategy.ts'
import { inputFields, readInputs } from './input-fields.ts'
import { nameProblem, typedName, uniqueName } from './names.ts'
import { checkRows, outputsToRows, rowsToOutputs } from './output-rows.ts'
import { readRetry, setRetry } from './retry.ts'
import { editorOf, formatValue, parseValue } from './values.ts'

const node = newData('code')

describe('output rows', () => {
  const outputs = {
    rows: {
      type: 'array[object]',
      children: { id: { type: 'number', children: null }, '': { type: 'string', children: null } },
    },
    one: { type: 'string', children: null, note: 'kept' },
  }

  test('come back as the outputs that they were, with what they had beside', () => {
    expect(rowsToOutputs(outputsToRows(outputs))).toEqual(outputs)
    expect(outputsToRows('nothing')).toEqual([])
    expect(rowsToOutputs(outputsToRows({ a: { type: 'unknown' }, b: 3 }))).toEqual({
      a: { type: 'string', children: null },
      b: { type: 'string', children: null },
    })
  })

  test('tell what is wrong with their names; only outputs have the rule of names', () => {
    const row = (name: string, children: { name: string; type: 'string'; children: [] }[] = []) => ({
      name,
      type: 'object' as const,
      children,
    })
    const member = (name: string) => ({ name, type: 'string' as const, children: [] as [] })
    expect(
      checkRows([row('ok'), row('1a'), row('ok'), row('deep', [member('any name'), member(''), member('__proto__')])]),
    ).toEqual([
      { path: 'outputs[1]', message: expect.stringMatching(/not a possible name/) as string },
      { path: 'outputs[2]', message: 'is "ok" again; names must be unique.' },
      { path: 'outputs[3].children[1]', message: 'is empty.' },
      { path: 'outputs[3].children[2]', message: expect.stringMatching(/__proto__/) as string },
    ])
  })

  test('of a type without members lose them in the document', () => {
    expect(
      rowsToOutputs([{ name: 'a', type: 'number', children: [{ name: 'b', type: 'string', children: [] }] }]),
    ).toEqual({
      a: { type: 'number', children: null },
    })
  })
})

describe('values', () => {
  test.each([
    ['string', '1', '1'],
    ['string', '', ''],
    ['number', '12', 12],
    ['number', ' .5 ', 0.5],
    ['number', '9007199254740993', 9007199254740993n],
    ['number', '', null],
    ['boolean', 'true', true],
    ['object', '{"a": 1}', { a: 1 }],
    ['array[number]', '[1, null]', [1, null]],
    ['array[file]', '[]', []],
    ['any', 'plain', 'plain'],
    ['any', '[1]', [1]],
  ])('%s %j is read', (type, text, value) => expect(parseValue(type, text)).toEqual({ value }))

  test.each([
    ['number', 'x', /^Must be a number\.$/],
    ['number', 'true', /a number/],
    ['boolean', '1', /true or false/],
    ['object', '[]', /an object/],
    ['object', '{a}', /^This is not JSON\.$/],
    ['array[string]', '[1]', /an array of strings/],
    ['array[file]', '{}', /an array/],
    ['file', '[', /JSON/],
  ])('%s %j is refused', (type, text, problem) =>
    expect(parseValue(type, text)).toEqual({ problem: expect.stringMatching(problem) as string }),
  )

  test('a value that is shown and read again is the same, as an integer where a double ends', () => {
    const typed = fc.oneof(
      fc.tuple(fc.constant('string'), fc.string()),
      fc.tuple(
        fc.constant('number'),
        fc.oneof(
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }).filter((it) => !Object.is(it, -0)),
        ),
      ),
      fc.tuple(fc.constant('array[string]'), fc.array(fc.string())),
      fc.tuple(
        fc.constant('object'),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.string(),
          { noNullPrototype: true },
        ),
      ),
    )
    fc.assert(
      fc.property(typed, ([type, value]) => {
        const text = formatValue(type, value)
        // Whole numbers that a double may not hold are read with all their digits.
        const isLong = typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(text)
        expect(parseValue(type, text)).toEqual({ value: isLong ? BigInt(text) : value })
      }),
    )
  })

  test('long JSON stands on several lines', () => {
    const value = { name: 'a'.repeat(60), list: [1, 2], empty: {} }
    expect(formatValue('object', value)).toBe(JSON.stringify(value, null, 2))
    expect(editorOf('array[object]')).toBe('json')
  })
})

describe('what happens on failure', () => {
  const outputs = { text: { type: 'string', children: null }, count: { type: 'number', children: null } }
  const data: NodeData = { ...node, outputs }

  test('a default value for each output is there when it is chosen, and kept when another way is tried', () => {
    const chosen = setErrorStrategy(data, 'default-value')
    expect(chosen.default_value).toEqual([
      { key: 'text', type: 'string', value: '' },
      { key: 'count', type: 'number', value: 0 },
    ])
    const written = setDefault(chosen, 'count', 7)
    const back = setErrorStrategy(setErrorStrategy(setErrorStrategy(written, 'fail-branch'), 'none'), 'default-value')
    expect(back.default_value).toEqual(written.default_value)
    expect(strategyOf(setErrorStrategy(written, 'none'))).toBe('none')
    expect(checkNode(back)).toEqual([])
  })

  test('default values follow the outputs', () => {
    const written = setDefault(setErrorStrategy(data, 'default-value'), 'count', 7)
    const changed = { ...written, outputs: { count: { type: 'string' }, more: { type: 'array[object]' } } }
    expect(alignDefaults(changed).default_value).toEqual([
      { key: 'count', type: 'string', value: '7' },
      { key: 'more', type: 'array[object]', value: [] },
    ])
    const aligned = alignDefaults(changed)
    expect(alignDefaults(aligned)).toBe(aligned)
  })

  test('they are shown as text, those that Dify writes as text too', () => {
    const defaults = [{ key: 'count', type: 'number', value: '5' }]
    expect(defaultFields({ ...data, default_value: defaults })).toEqual([
      { name: 'text', type: 'string', value: '', text: '' },
      { name: 'count', type: 'number', value: '5', text: '5' },
    ])
  })
})

describe('retry', () => {
  test('has the numbers of the form until it is switched on', () => {
    expect(readRetry(node)).toEqual({ isEnabled: false, maxRetries: 3, intervalMs: 1000 })
    const zeros = { ...node, retry_config: { retry_enabled: false, max_retries: 0, retry_interval: 0 } }
    expect(readRetry(zeros)).toEqual({ isEnabled: false, maxRetries: 3, intervalMs: 1000 })
  })

  test.each([
    [{ isEnabled: true }, { retry_enabled: true, max_retries: 3, retry_interval: 1000 }],
    [{ maxRetries: 99 }, { retry_enabled: false, max_retries: 10, retry_interval: 1000 }],
    [
      { maxRetries: -1, intervalMs: 20 },
      { retry_enabled: false, max_retries: 1, retry_interval: 100 },
    ],
    [{ intervalMs: 5001.4 }, { retry_enabled: false, max_retries: 3, retry_interval: 5000 }],
    [{ intervalMs: Number.NaN }, { retry_enabled: false, max_retries: 3, retry_interval: 1000 }],
  ])('%j is written in its range', (change, expected) => expect(setRetry(node, change).retry_config).toEqual(expected))
})

describe('the language', () => {
  const languages: CodeLanguage[] = ['python3', 'javascript', 'typescript']
  const own = { ...node, code: 'def main(text):\n  return {"result": text.upper()}' }

  test.each(languages)('a new %s node runs as it is, and its stub becomes that of another language', (language) => {
    const data = newData('code', language)
    expect(() => parseNode(data)).not.toThrow()
    expect(isUntouched(data)).toBe(true)
    for (const other of languages) expect(changeLanguage(data, other).code).toBe(newData('code', other).code)
  })

  test("changes without the user's code", () => {
    expect(changeLanguage(own, 'javascript')).toEqual({ ...own, code_language: 'javascript' })
    expect(resetCode({ ...own, code_language: 'javascript' }).code).toMatch(/^function main\(\{ text \}\)/)
  })

  test('a stub takes all inputs and returns all outputs', () => {
    const inputs = [{ name: 'a', type: 'string' }, { name: 'b' }]
    const outputs = { 'x y': { type: 'string' }, n: { type: 'number' } } as const
    expect(languages.map((language) => buildStub(language, inputs, outputs))).toEqual([
      'def main(a: str, b) -> dict:\n    return {\n        "x y": a,\n        "n": 0,\n    }\n',
      'function main({ a, b }) {\n  return {\n    "x y": a,\n    n: 0,\n  }\n}\n',
      'function main({ a, b }: { a: string; b: any }) {\n  return {\n    "x y": a,\n    n: 0,\n  }\n}\n',
    ])
    expect(buildStub('python3', [], {})).toBe('def main() -> dict:\n    return {}\n')
  })
})

test('names follow the rule of the API', () => {
  expect(nameProblem('ok_1', ['other'])).toBeNull()
  expect(nameProblem('1a')).toMatch(/not a possible name/)
  expect(nameProblem('a', ['a'])).toMatch(/again/)
  expect(typedName('my name')).toBe('my_name')
  expect(uniqueName('a', ['a', 'a_2'])).toBe('a_3')
})

describe('the inputs of a test run', () => {
  const upstream = [{ nodeId: 's', nodeTitle: 'S', selector: ['s', 'n'], type: 'number' }]

  test('have the types of what they come from', () => {
    const variables = [
      { variable: 'n', value_selector: ['s', 'n'] },
      { variable: 'o', value_selector: ['s', 'gone'], value_type: 'object' },
      { variable: 'x' },
      { variable: '' },
    ]
    const fields = inputFields({ type: 'code', variables }, upstream)
    expect(fields.map(({ name, type, editor }) => [name, type, editor])).toEqual([
      ['n', 'number', 'number'],
      ['o', 'object', 'json'],
      ['x', 'any', 'json'],
    ])
    expect(readInputs(fields, { n: '1', o: '{', x: 'free' })).toEqual({
      inputs: { n: 1, x: 'free' },
      problems: { o: 'This is not JSON.' },
    })
  })

  test('of a workflow are those that its start node asks for', () => {
    const variables = [
      { variable: 'q', label: 'Question', type: 'paragraph', required: true, max_length: 3 },
      { variable: 'kind', type: 'select', options: ['a', 'b'], default: 'a' },
      { variable: 'n', type: 'number', default: 4 },
      { variable: 'yes', type: 'checkbox' },
    ]
    const fields = inputFields({ type: 'start', variables }, [])
    expect(fields.map(({ label, editor, text }) => [label, editor, text])).toEqual([
      ['Question', 'text', ''],
      ['kind', 'choice', 'a'],
      ['n', 'number', '4'],
      ['yes', 'switch', ''],
    ])
    expect(readInputs(fields, {})).toEqual({ inputs: { kind: 'a', n: 4 }, problems: { q: 'Required.' } })
    expect(readInputs(fields, { q: 'four', kind: 'c', n: '', yes: 'true' })).toEqual({
      inputs: { yes: true },
      problems: { q: 'At most 3 characters.', kind: 'Must be one of a, b.' },
    })
    expect(readInputs(fields, { q: '👩👩👩' }).problems).toEqual({})
  })
})
