import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { CodenodeError } from '../contract/error.ts'
import { defaultLimits } from '../contract/limits.ts'
import { outputTypes } from '../contract/values.ts'
import { toDefaultOutputs } from '../values/default-values.ts'
import { checkNode, parseNode, readNode } from './read-node.ts'

const good = { type: 'code', code: 'def main():\n  return {"n": 1}', outputs: { n: { type: 'number' } } }

function pathsOf(changes: Record<string, unknown>): string[] {
  return checkNode({ ...good, ...changes }).map(({ path }) => path)
}

function checkDefault(type: string, value: unknown, spec: object = { type }): string[] {
  return pathsOf({ error_strategy: 'default-value', outputs: { n: spec }, default_value: [{ key: 'n', type, value }] })
}

describe('parseNode', () => {
  test('defaults are filled in', () => {
    expect(parseNode(good)).toEqual({ ...good, title: 'Code', variables: [], code_language: 'python3' })
  })

  test('a node of a Dify export is read unchanged, unknown keys and nulls kept', () => {
    const exported: unknown = parseYaml(`
      code: |
        def main(arg1: str) -> dict:
            return {"result": arg1}
      code_language: python3
      dependencies: null
      desc: ''
      selected: false
      isInIteration: true
      title: Code 2
      type: code
      version: '1'
      outputs:
        result: {children: null, type: string, hint: kept}
      retry_config: {max_retries: 3, retry_enabled: true, retry_interval: 1000, extra: 1}
      error_strategy: default-value
      default_value: [{key: result, type: string, value: ''}]
      variables: [{value_selector: ['1711528708197', query, nested], variable: arg1, value_type: string, other: x}]
    `)
    expect(parseNode(exported)).toEqual(exported)
  })

  test('every problem is listed with its path, what is wrong and what is allowed', () => {
    const wrong = {
      type: 'llm',
      title: 5,
      code_language: 'jinja2',
      variables: [
        { variable: '1a', value_selector: [] },
        { variable: 'b', value_selector: 'x' },
        { variable: 'b', value_selector: [] },
      ],
      outputs: { 'a b': { type: 'integer' }, ok: { type: 'string', children: { x: { type: 'string' } } } },
      retry_config: { retry_enabled: 'yes', max_retries: 11, retry_interval: -1 },
      error_strategy: 'ignore',
      limits: { wallms: 5, memoryMb: 0.5 },
    }
    expect(checkNode(wrong)).toEqual([
      { path: 'type', message: 'is the string "llm"; it must be code.' },
      { path: 'title', message: 'is the number 5; it must be a string.' },
      { path: 'variables[1].value_selector', message: 'is the string "x"; it must be an array.' },
      { path: 'code_language', message: 'is the string "jinja2"; it must be one of python3, javascript, typescript.' },
      { path: 'code', message: 'is missing; it must be a string.' },
      { path: 'outputs["a b"].type', message: `is the string "integer"; it must be one of ${outputTypes.join(', ')}.` },
      { path: 'retry_config.retry_enabled', message: 'is the string "yes"; it must be true or false.' },
      { path: 'retry_config.max_retries', message: 'is the number 11; it must be at most 10.' },
      { path: 'retry_config.retry_interval', message: 'is the number -1; it must be at least 0.' },
      {
        path: 'error_strategy',
        message: 'is the string "ignore"; it must be one of none, default-value, fail-branch.',
      },
      { path: 'limits.memoryMb', message: 'is the number 0.5; it must be a whole number.' },
      { path: 'limits.wallms', message: 'is not known here. Did you mean wallMs?' },
      expect.objectContaining({ path: 'variables[0].variable' }),
      { path: 'variables[2].variable', message: 'is "b", as variables[1]; names must be unique.' },
      expect.objectContaining({ path: 'outputs["a b"]' }),
      { path: 'outputs.ok.children', message: 'must be null or absent: only object and array[object] have children.' },
    ])
  })

  test('a wrong node is thrown as node_invalid with the issues', () => {
    expect(() => parseNode({ ...good, code: ' ' })).toThrow(
      new CodenodeError('node_invalid', { issues: [{ path: 'code', message: 'is empty; it must define main.' }] }),
    )
  })

  test.each([
    ['a', true],
    ['_', true],
    ['a'.repeat(30), true],
    ['a'.repeat(31), false],
    ['1a', false],
    ['a1', true],
    ['a-b', false],
    ['é', false],
    ['', false],
    ['a\n', false],
    ['__proto__', false],
    ['constructor', true],
  ])('names have letters, digits, underscore, no leading digit, at most 30 characters: %j is %s', (name, isGood) => {
    expect(pathsOf({ variables: [{ variable: name, value_selector: [] }] })).toHaveLength(isGood ? 0 : 1)
    expect(pathsOf({ outputs: JSON.parse(`{${JSON.stringify(name)}:{"type":"string"}}`) as unknown })).toHaveLength(
      isGood ? 0 : 1,
    )
  })

  test.each([
    [{ max_retries: 0 }, true],
    [{ max_retries: 10 }, true],
    [{ max_retries: 11 }, false],
    [{ max_retries: -1 }, false],
    [{ retry_interval: 0 }, true],
    [{ retry_interval: 5000 }, true],
    [{ retry_interval: 5001 }, false],
    [{ retry_interval: 1.5 }, false],
  ])('0–10 retries, 0–5000 ms: %o is %s', (config, isGood) => {
    expect(pathsOf({ retry_config: { retry_enabled: true, ...config } })).toHaveLength(isGood ? 0 : 1)
  })

  test.each([
    ['string', ['', 'x', null], [5, true, {}]],
    [
      'number',
      [0, '0', '1.5', ' -2e3 ', '.5', true, null, '9223372036854775807'],
      ['', 'x', 'NaN', [], '9223372036854775808', '0x10'],
    ],
    ['boolean', [true, 'false', 'True', null], ['yes', 1, '']],
    ['object', [{}, '{}', '{"a":[1]}', null], ['[]', [], '{', 'x', '']],
    ['array[string]', [[], '[]', '["a",null]'], ['[1]', '{}', [1]]],
    ['array[number]', [[1, null], '[1.5]', '[true]'], ['["1"]', [{}]]],
    ['array[boolean]', [[true], '[false]'], ['[1]', [0]]],
    ['array[object]', [[{}], '[{"a":1}]'], ['[1]', '[[]]']],
  ])('default values of type %s are parsed and checked', (type, right, wrong) => {
    for (const value of right) expect([value, checkDefault(type, value)]).toEqual([value, []])
    for (const value of wrong) expect([value, checkDefault(type, value)]).not.toEqual([value, []])
  })

  test('default values are checked against outputs: names, types, children, once each', () => {
    const children = { price: { type: 'number' } }
    expect(
      checkDefault('array[object]', '[{"price":1},{"price":"x"},{}]', { type: 'array[object]', children }),
    ).toEqual(['default_value[0].value[1].price', 'default_value[0].value[2].price'])
    expect(checkDefault('string', 'x', { type: 'number' })).toEqual(['default_value[0].type'])
    const twice = [
      { key: 'n', type: 'number', value: 1 },
      { key: 'n', type: 'number', value: 1 },
    ]
    expect(pathsOf({ error_strategy: 'default-value', default_value: twice })).toEqual(['default_value[1].key'])
  })

  test.each([
    [
      { error_strategy: 'default-value', default_value: [{ key: 'm', type: 'number', value: 1 }] },
      ['default_value[0].key'],
    ],
    [
      { retry_config: { retry_enabled: false, max_retries: 11, retry_interval: 60_000 } },
      ['retry_config.max_retries', 'retry_config.retry_interval'],
    ],
    [{ retry_config: { max_retries: -1 } }, ['retry_config.max_retries']],
    [{ retry_config: { retry_enabled: false, max_retries: 3, retry_interval: 0 } }, []],
  ])('what Dify never looks at is passed over and told: %j', (settings, ignored) => {
    const read = readNode({ ...good, ...settings }, defaultLimits)
    expect(read.issues).toEqual([])
    expect(read.ignored.map(({ path }) => path)).toEqual(ignored)
    expect(JSON.stringify(read.node)).not.toMatch(/60000|-1|11|"m"/)
  })

  test('what is passed over moves no path of an issue, and is told a hundred times at most', () => {
    const gone = (key: string) => ({ key, type: 'number', value: 1 })
    const wrong = { key: 'n', type: 'number', value: 'x' }
    const settings = { error_strategy: 'default-value', default_value: [gone('m'), wrong] }
    expect(pathsOf(settings)).toEqual(['default_value[1].value'])
    const many = Array.from({ length: 3000 }, (_, index) => gone(`m${index}`))
    const read = readNode({ ...good, error_strategy: 'default-value', default_value: many }, defaultLimits)
    expect([read.node?.default_value, read.ignored.length]).toEqual([[], 100])
  })

  test('retries that are on are in their range', () => {
    const retry_config = { retry_enabled: true, max_retries: 11, retry_interval: 60_000 }
    expect(pathsOf({ retry_config })).toEqual(['retry_config.max_retries', 'retry_config.retry_interval'])
  })

  test('default values that no strategy uses are not compared with the outputs', () => {
    expect(
      pathsOf({ error_strategy: 'fail-branch', default_value: [{ key: 'old', type: 'string', value: 5 }] }),
    ).toEqual([])
  })

  test('default values become outputs: texts parsed, booleans as numbers 1 and 0, all digits kept', () => {
    expect(
      toDefaultOutputs([
        { key: 'a', type: 'number', value: '9007199254740993' },
        { key: 'b', type: 'number', value: true },
        { key: 'c', type: 'array[number]', value: '[true, 1.5, null]' },
        { key: 'd', type: 'object', value: '{"a":{}}' },
        { key: 'e', type: 'boolean', value: 'FALSE' },
        { key: 'f', type: 'string', value: '{"a":1}' },
        { key: 'g', type: 'number', value: '+.5' },
      ]),
    ).toEqual({ a: 9007199254740993n, b: 1, c: [1, 1.5, null], d: { a: {} }, e: false, f: '{"a":1}', g: 0.5 })
  })

  test('children nested deeper than any result is refused and does not overflow the stack', () => {
    let outputs: Record<string, unknown> = {}
    for (let level = 0; level < 50_000; level++) outputs = { o: { type: 'object', children: outputs } }
    expect(pathsOf({ outputs })).toEqual(['outputs'])
  })

  test('children are kept and typed recursively', () => {
    const outputs = {
      o: { type: 'object', children: { rows: { type: 'array[object]', children: { 'odd key': { type: 'nope' } } } } },
    }
    expect(pathsOf({ outputs })).toEqual(['outputs.o.children.rows.children["odd key"].type'])
  })

  test('checking settings never throws, whatever they are', () => {
    const keys = fc.constantFrom(
      'type',
      'code',
      'outputs',
      'variables',
      'default_value',
      'retry_config',
      'limits',
      'error_strategy',
    )
    const values = fc.oneof(
      fc.anything(),
      fc.constantFrom('code', 'default-value', { n: { type: 'number' } }, [{ key: 'n', type: 'number', value: {} }]),
    )
    fc.assert(
      fc.property(fc.dictionary(keys, values), (settings) => Array.isArray(checkNode(settings))),
      { numRuns: 1000 },
    )
    for (const settings of [null, undefined, [], 'x', 5]) expect(checkNode(settings)).toHaveLength(1)
  })
})

describe('what declares too much', () => {
  const many = (count: number, spec: unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`o${i}`, spec]))
  const nested = (levels: number, inner: unknown): unknown => {
    let spec = inner
    for (let level = 0; level < levels; level++) spec = { type: 'object', children: { a: spec } }
    return spec
  }
  const base = { type: 'code', code: 'def main(): pass', outputs: {} }

  test.each([
    ['outputs', { outputs: many(1001, { type: 'string' }) }, 'outputs'],
    ['wrong outputs', { outputs: many(300_000, { type: 's' }) }, 'outputs'],
    ['children', { outputs: { a: { type: 'object', children: many(1000, { type: 'string' }) } } }, 'outputs'],
    ['children far inside', { outputs: { a: nested(90, { type: 'object', children: many(300_000, {}) }) } }, 'outputs'],
    ['levels of children', { outputs: { a: nested(100_000, { type: 'string' }) } }, 'outputs'],
    ['variables', { variables: Array.from({ length: 400_000 }, () => ({ a: 1 })) }, 'variables'],
    ['steps of a selector', { variables: [{ variable: 'a', value_selector: Array(200_000).fill(1) }] }, 'node'],
    ['default values', { default_value: Array(200_000).fill(1) }, 'node'],
  ])('in %s is one issue', (_, settings, path) => {
    expect(checkNode({ ...base, ...settings })).toEqual([{ path, message: expect.any(String) as string }])
  })

  test('what is just within the bounds is read', () => {
    const outputs = { ...many(900, { type: 'string' }), a: nested(99, { type: 'string' }) }
    const variables = Array.from({ length: 1000 }, (_, i) => ({ variable: `v${i}`, value_selector: ['n', `v${i}`] }))
    expect(checkNode({ ...base, outputs, variables })).toEqual([])
  })

  test('of a thousand issues the first hundred are told, and their number', () => {
    const refusal = (() => {
      try {
        return parseNode({ ...base, outputs: many(1000, { type: 's' }) })
      } catch (error) {
        return error
      }
    })() as CodenodeError<'node_invalid'>
    expect(refusal.details.issues).toHaveLength(100)
    expect(refusal.details.issueCount).toBe(1000)
    expect(refusal.message).toMatch(/and 9\d\d more$/)
  })
})

describe('settings that have no meaning', () => {
  const ignoredIn = (settings: object) =>
    readNode({ type: 'code', code: 'x', outputs: {}, ...settings }, defaultLimits).ignored

  test('are told where they are nearly called like one that has', () => {
    const told = (settings: object) => ignoredIn(settings).map(({ path, message }) => `${path} ${message}`)
    expect(told({ errorStrategy: 'none', retry_config: { max_retrys: 3 } })).toEqual([
      'errorStrategy is not a setting, so it is ignored. Did you mean error_strategy?',
      'retry_config.max_retrys is not a setting, so it is ignored. Did you mean max_retries?',
    ])
    expect(told({ retry_confg: {} })).toEqual([
      'retry_confg is not a setting, so it is ignored. Did you mean retry_config?',
    ])
  })

  test('one that is refused is told once, with the one that is meant', () => {
    const { issues, ignored } = readNode({ ...good, limits: { wallMS: 100 } }, defaultLimits)
    expect(issues.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'limits.wallMS is not known here. Did you mean wallMs?',
    ])
    expect(ignored).toEqual([])
  })

  test("are kept without a word where they are an editor's own", () => {
    expect(
      ignoredIn({ selected: true, version: '2', mode: 'x', isInIteration: false, dependencies: [], note: 1 }),
    ).toEqual([])
  })
})
