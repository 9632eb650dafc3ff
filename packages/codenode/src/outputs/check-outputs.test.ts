import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultLimits } from '../contract/limits.ts'
import { type OutputSpec, type OutputSpecs, type OutputType, outputTypes } from '../contract/values.ts'
import { stringifyLossless } from '../json/json.ts'
import { countDecimalPlaces } from '../values/check-scalar.ts'
import { checkOutputs, readOutputs } from './check-outputs.ts'

/** Checks one output called `x` and says `passed`, or the code and path of each problem. */
function check(json: string, spec: OutputType | OutputSpec, limits = {}): unknown {
  const specs: OutputSpecs = { x: typeof spec === 'string' ? { type: spec } : spec }
  const checked = readOutputs(`{"x":${json}}`, specs, { ...defaultLimits, ...limits })
  if (checked.status === 'passed') return checked.outputs.x
  const { code, details } = checked.failure
  const problems = (details.problems ?? []) as { code: string; path: string }[]
  return [code, ...problems.map((problem) => `${problem.path}: ${problem.code}`)]
}

function refusal(result: unknown, specs: OutputSpecs, limits = {}) {
  const checked = checkOutputs(result, specs, { ...defaultLimits, ...limits })
  if (checked.status !== 'refused') throw new Error('passed')
  return checked.failure
}

const text = (length: number, character = 'a'): string => JSON.stringify(character.repeat(length))

describe('types', () => {
  test.each([...outputTypes])('null passes for %s', (type) => {
    expect(check('null', type)).toBe(null)
  })

  test.each([...outputTypes].filter((type) => type.startsWith('array')))('null passes inside %s', (type) => {
    expect(check('[null]', type)).toEqual([null])
  })

  test.each<[OutputType, string, unknown]>([
    ['string', '"1e-5"', '1e-5'],
    ['string', '"a\\u0000b"', 'a\u0000b'],
    ['string', '"\\ud800"', '\ud800'],
    ['string', '""', ''],
    ['number', '5', 5],
    ['number', '-0.25', -0.25],
    ['number', 'true', 1],
    ['number', 'false', 0],
    ['number', '9007199254740993', 9007199254740993n],
    ['boolean', 'false', false],
    ['object', '{}', {}],
    ['object', '{"a":[1,"b",null,{"c":[]}]}', { a: [1, 'b', null, { c: [] }] }],
    ['array[string]', '["a",null]', ['a', null]],
    ['array[number]', '[1,true,2.5,null]', [1, 1, 2.5, null]],
    ['array[boolean]', '[true,false,null]', [true, false, null]],
    ['array[object]', '[{"a":1},null]', [{ a: 1 }, null]],
    ['array[string]', '[]', []],
  ])('%s takes %s', (type, json, value) => {
    expect(check(json, type)).toEqual(value)
  })

  test.each<[OutputType, string]>([
    ['string', '5'],
    ['string', 'true'],
    ['string', '{}'],
    ['number', '"5"'],
    ['number', '[]'],
    ['boolean', '1'],
    ['boolean', '"true"'],
    ['object', '[]'],
    ['object', '"{}"'],
    ['array[string]', '"a"'],
    ['array[number]', '{}'],
  ])('%s refuses %s', (type, json) => {
    expect(check(json, type)).toEqual(['output_wrong_type', 'outputs.x: output_wrong_type'])
  })

  test.each<[OutputType, string]>([
    ['array[string]', '["a",1]'],
    ['array[number]', '[1,"1"]'],
    ['array[boolean]', '[true,1]'],
    ['array[object]', '[{},[]]'],
  ])('elements of %s are checked: %s', (type, json) => {
    expect(check(json, type)).toEqual(['output_wrong_type', 'outputs.x[1]: output_wrong_type'])
  })

  test('children are checked recursively, also for each element of an array[object]', () => {
    const spec: OutputSpec = {
      type: 'array[object]',
      children: {
        price: { type: 'number' },
        tags: { type: 'object', children: { 'odd key': { type: 'array[string]' } } },
      },
    }
    expect(check('[{"price":true,"tags":{"odd key":["a"]}},{"price":null,"tags":null}]', spec)).toEqual([
      { price: 1, tags: { 'odd key': ['a'] } },
      { price: null, tags: null },
    ])
    expect(check('[{"price":1,"tags":{}},{"price":"5","tags":{"odd key":["a",5]}},{}]', spec)).toEqual([
      'output_missing',
      'outputs.x[0].tags["odd key"]: output_missing',
      'outputs.x[1].price: output_wrong_type',
      'outputs.x[1].tags["odd key"][1]: output_wrong_type',
      'outputs.x[2].price: output_missing',
      'outputs.x[2].tags: output_missing',
    ])
  })
})

describe('limits', () => {
  test('a string of exactly 400 000 code points passes, one more does not', () => {
    expect(check(text(400_000), 'string')).toHaveLength(400_000)
    expect(check(text(400_000, '😀'), 'string')).toHaveLength(800_000)
    expect(check(text(400_001), 'string')).toEqual(['output_too_long', 'outputs.x: output_too_long'])
    expect(check(text(400_001, '😀'), 'string')).toEqual(['output_too_long', 'outputs.x: output_too_long'])
    expect(check('"\\ud800\\ud800"', 'string', { maxStringLength: 2 })).toBe('\ud800\ud800')
    expect(check('"\\ud800\\ud800"', 'string', { maxStringLength: 1 })).toEqual([
      'output_too_long',
      'outputs.x: output_too_long',
    ])
  })

  test.each([
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775806', 9223372036854775806n],
  ])('int64 passes at its ends: %s', (json, value) => {
    expect(check(json, 'number')).toBe(value)
  })

  test.each([
    '9223372036854775808',
    '-9223372036854775809',
    '9.223372036854775807e18',
    '1e19',
    '-1e300',
    '1e400',
    '7'.repeat(5000),
  ])('%.40s is out of range', (json) => {
    expect(check(json, 'number')).toEqual(['output_out_of_range', 'outputs.x: output_out_of_range'])
  })

  test.each([
    [0.5, 1],
    [0.1 + 0.2, 17],
    [1e-20, 20],
    [1e-21, 21],
    [1.5e-7, 8],
    [123.456, 3],
    [-1.25e-19, 21],
    [5, 0],
    [1e300, 0],
    [10n ** 30n, 0],
  ])('decimal places are those of the shortest form: %s has %i', (number, places) => {
    expect(countDecimalPlaces(number)).toBe(places)
  })

  test('20 decimal places pass, 21 do not', () => {
    expect(check('1e-20', 'number')).toBe(1e-20)
    expect(check('1e-21', 'number')).toEqual(['output_too_precise', 'outputs.x: output_too_precise'])
    expect(check('0.100000000000000000000000000', 'number')).toBe(0.1)
    expect(check('-0.0012345678901234567', 'number', { maxPrecision: 19 })).toBe(-0.0012345678901234567)
    expect(check('0.0012345678901234567', 'number', { maxPrecision: 18 })).toEqual([
      'output_too_precise',
      'outputs.x: output_too_precise',
    ])
  })

  test.each([
    ['object', '{"b":{"c":{"d":{}}}}', true],
    ['object', '{"b":{"c":{"d":{"e":{}}}}}', false],
    ['object', '{"b":[{"c":[{"d":[{}]}]}]}', true],
    ['object', '{"b":[{"c":[{"d":[{"e":{}}]}]}]}', false],
    ['object', '{"a":[[[[1]]]]}', true],
    ['object', '{"a":[[[[[1]]]]]}', false],
    ['object', '{"a":[[[{}]]]}', true],
    ['object', '{"a":[[[[{}]]]]}', false],
    ['array[object]', '[{"a":{"b":{"c":{}}}}]', true],
    ['array[object]', '[{"a":{"b":{"c":{"d":{}}}}}]', false],
  ] as const)(
    'five levels pass and six do not, arrays count only directly in arrays: %s %s is %s',
    (type, json, passes) => {
      const result = check(json, type)
      if (passes) expect(result).toEqual(JSON.parse(json))
      else expect(result).toEqual(['output_too_deep', expect.stringMatching(/^outputs\.x.*: output_too_deep$/)])
    },
  )

  test('declared children count as levels as well', () => {
    const object = (children: OutputSpecs): OutputSpec => ({ type: 'object', children })
    const leaf: OutputSpecs = { n: { type: 'number' } }
    const spec = object({ b: object({ c: object(leaf) }) })
    expect(check('{"b":{"c":{"n":1}}}', spec, { maxDepth: 4 })).toEqual({ b: { c: { n: 1 } } })
    expect(check('{"b":{"c":{"n":1}}}', spec, { maxDepth: 3 })).toEqual([
      'output_too_deep',
      'outputs.x.b.c: output_too_deep',
    ])
  })

  test('array lengths are free by default and limited where the server says so, in free-form objects too', () => {
    const limits = { maxStringArrayLength: 2, maxNumberArrayLength: 3, maxObjectArrayLength: 1 }
    const many = JSON.stringify(Array.from({ length: 5000 }, () => 'a'))
    expect(check(many, 'array[string]')).toHaveLength(5000)
    expect(check('["a","b"]', 'array[string]', limits)).toEqual(['a', 'b'])
    expect(check('["a","b","c"]', 'array[string]', limits)).toEqual(['output_too_long', 'outputs.x: output_too_long'])
    expect(check('[1,2,3]', 'array[number]', limits)).toEqual([1, 2, 3])
    expect(check('[1,2,3,4]', 'array[number]', limits)).toEqual(['output_too_long', 'outputs.x: output_too_long'])
    expect(check('[{},{}]', 'array[object]', limits)).toEqual(['output_too_long', 'outputs.x: output_too_long'])
    expect(check('[true,true,true,true]', 'array[boolean]', limits)).toHaveLength(4)
    expect(check('{"a":[null,"b","c"]}', 'object', limits)).toEqual(['output_too_long', 'outputs.x.a: output_too_long'])
  })

  test('the rules hold inside free-form objects and nested arrays', () => {
    expect(
      check(`{"a":[[1e-21,9223372036854775808],[{"b":${text(11)}}]],"c":"ok"}`, 'object', { maxStringLength: 10 }),
    ).toEqual([
      'output_too_precise',
      'outputs.x.a[0][0]: output_too_precise',
      'outputs.x.a[0][1]: output_out_of_range',
      'outputs.x.a[1][0].b: output_too_long',
    ])
  })

  test('a result of exactly the allowed bytes passes, one byte more does not', () => {
    const limits = { resultBytes: 9 }
    expect(check('"a"', 'string', limits)).toBe('a')
    expect(check('"ab"', 'string', limits)).toEqual(['result_too_large'])
    expect(check('"é"', 'string', limits)).toEqual(['result_too_large'])
  })

  test('a result nested deeper than any reader goes is refused by the depth rule', () => {
    expect(check('['.repeat(100_000) + ']'.repeat(100_000), 'object')).toEqual([
      'output_too_deep',
      'outputs: output_too_deep',
    ])
  })
})

describe('what is missing, undeclared or no object', () => {
  const specs: OutputSpecs = { result: { type: 'string' }, count: { type: 'number' } }

  test("a missing key is named and the result's own error is quoted", () => {
    const failure = refusal({ count: 'x', error: 'no rows', message: 'other' }, specs)
    expect(failure).toEqual({
      code: 'output_missing',
      message:
        'The result has 2 problems. main returned error: "no rows", beside count, message\n' +
        '- Output "result" is missing; it is declared as string\n' +
        '- Output "count" is the string "x" but is declared as number',
      details: {
        problems: [
          { path: 'outputs.result', code: 'output_missing', found: 'missing', allowed: 'string' },
          { path: 'outputs.count', code: 'output_wrong_type', found: 'the string "x"', allowed: 'number' },
        ],
        problemCount: 2,
        returned: { key: 'error', text: 'no rows' },
        returnedKeys: ['count', 'error', 'message'],
        result: { value: { count: 'x', error: 'no rows', message: 'other' }, isWhole: true },
      },
      traceback: null,
      hint: 'Return every declared output on every path, also after an error: `return {"result": …}`; None is allowed.',
    })
    expect(refusal({ count: 1, message: 'late' }, specs).message).toBe(
      'Output "result" is missing; it is declared as string. main returned message: "late", beside count',
    )
    expect(refusal({ count: 1, error: { code: 5 } }, specs).message).toBe(
      'Output "result" is missing; it is declared as string. main returned count, error.',
    )
    expect(refusal({}, { result: { type: 'string' } }).message).toBe(
      'Output "result" is missing; it is declared as string. main returned an empty object.',
    )
  })

  test('a missing output comes first, otherwise the first problem in declared order gives the code', () => {
    expect(refusal({ count: 'x' }, { count: { type: 'number' }, late: { type: 'string' } }).code).toBe('output_missing')
    const depth: OutputSpecs = { o: { type: 'object' }, n: { type: 'number' } }
    const deep = { a: { b: { c: { d: {} } } } }
    expect(refusal({ o: deep, n: 'x' }, depth).code).toBe('output_too_deep')
    expect(refusal({ n: 'x', o: deep }, { n: { type: 'number' }, o: { type: 'object' } }).code).toBe(
      'output_wrong_type',
    )
  })

  test('undeclared keys are dropped with a warning, once for each place', () => {
    const rows = [
      { a: 1, b: 2 },
      { a: 1, b: 2 },
    ]
    const checked = checkOutputs(
      { rows, extra: 1, 'odd key': 2 },
      { rows: { type: 'array[object]', children: { a: { type: 'number' } } } },
      defaultLimits,
    )
    expect(checked).toEqual({
      status: 'passed',
      outputs: { rows: [{ a: 1 }, { a: 1 }] },
      warnings: [
        {
          code: 'output_undeclared',
          path: 'outputs.rows[*].b',
          message: 'outputs.rows[*].b is not declared as an output and was dropped.',
        },
        expect.objectContaining({ path: 'outputs.extra' }),
        expect.objectContaining({ path: 'outputs["odd key"]' }),
      ],
    })
  })

  test('undeclared keys are not checked', () => {
    expect(readOutputs('{"x":1,"y":1e-30}', { x: { type: 'number' } }, defaultLimits).status).toBe('passed')
  })

  test('a declared output called like a member of every object is still missing', () => {
    const inherited = Object.fromEntries(['constructor', 'toString'].map((name) => [name, { type: 'string' as const }]))
    expect(refusal({}, inherited).details.problemCount).toBe(2)
  })

  test.each([
    ['[1]', 'an array (1 item)'],
    ['null', 'null'],
    ['"x"', 'the string "x"'],
    ['5', 'the number 5'],
  ])('a result that is %s is no object', (json, found) => {
    const checked = readOutputs(json, specs, defaultLimits)
    expect(checked).toMatchObject({ status: 'refused', failure: { code: 'result_not_object', details: { found } } })
  })

  test.each(['', '{', '{"x":NaN}', '{"x":1}}'])('a result that is not JSON is refused as malformed: %s', (json) => {
    expect(readOutputs(json, specs, defaultLimits)).toMatchObject({ failure: { code: 'result_malformed' } })
  })

  test('all violations are listed up to 100, and counted beyond', () => {
    const failure = refusal({ x: Array.from({ length: 150 }, () => 'no') }, { x: { type: 'array[number]' } })
    expect(failure.details.problems).toHaveLength(100)
    expect(failure.details.problemCount).toBe(150)
    const late = refusal({ x: failure.details.problems }, { x: { type: 'array[number]' }, late: { type: 'string' } })
    expect(late).toMatchObject({ code: 'output_missing', details: { problemCount: 101 } })
    expect(failure.message).toMatch(/^The result has 150 problems\.\n(- .*\n){10}- and 140 more$/)
  })
})

describe('any result', () => {
  const specs: fc.Arbitrary<OutputSpecs> = fc.letrec<{ specs: OutputSpecs }>((tie) => ({
    specs: fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.record({
        type: fc.constantFrom<OutputType[]>(...outputTypes),
        children: fc.option(fc.oneof({ maxDepth: 2 }, fc.constant({}), tie('specs'))),
      }),
      { noNullPrototype: true, maxKeys: 3 },
    ),
  })).specs

  test('is either passed or refused, never thrown; what passed passes again unchanged', () => {
    const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'error')
    const results = fc.object({
      key: keys,
      maxDepth: 6,
      values: [fc.integer(), fc.double(), fc.bigInt(), fc.string(), fc.boolean(), fc.constant(null)],
    })
    fc.assert(
      fc.property(results, specs, (result, declared) => {
        const checked = checkOutputs(result, declared, { ...defaultLimits, maxDepth: 4 })
        if (checked.status === 'refused') {
          expect(checked.failure.message).not.toBe('')
          return
        }
        const again = readOutputs(stringifyLossless(checked.outputs), declared, { ...defaultLimits, maxDepth: 4 })
        expect(again).toMatchObject({ status: 'passed', warnings: [] })
      }),
      { numRuns: 2000 },
    )
  })

  test('is read without throwing, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), specs, (json, declared) => {
        expect(readOutputs(json, declared, defaultLimits).status).toMatch(/passed|refused/)
      }),
    )
  })
})
