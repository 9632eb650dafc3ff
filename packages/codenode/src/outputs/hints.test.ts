import { describe, expect, test } from 'vitest'
import { buildFailure } from '../contract/failure-values.ts'
import { failures } from '../contract/failures.ts'
import { defaultLimits } from '../contract/limits.ts'
import type { OutputSpecs, OutputType } from '../contract/values.ts'
import { checkOutputs } from './check-outputs.ts'
import { adviseNoObject } from './hints.ts'

function refusal(result: unknown, specs: OutputSpecs, language: 'python' | 'typescript' = 'python', limits = {}) {
  const checked = checkOutputs(result, specs, { ...defaultLimits, ...limits }, language)
  if (checked.status !== 'refused') throw new Error('passed')
  return checked.failure
}

/** The hints in Python's and in JavaScript's words. */
const hintsOf = (result: unknown, specs: OutputSpecs) => [
  refusal(result, specs).hint,
  refusal(result, specs, 'typescript').hint,
]

describe('a missing output', () => {
  const specs: OutputSpecs = { result: { type: 'string' } }
  const meant = (key: string) => `Did you mean "${key}"? Return it as "result", or rename the output.`

  test.each([
    [{ Result: 'x' }, 'Result'],
    [{ reslut: 'x', count: 1 }, 'reslut'],
    [{ results: ['x'], text: 'y' }, 'results'],
    // The only one whose value can be it.
    [{ output: 'x', count: 1 }, 'output'],
  ])('of what came back, %j, the likely key is %s', (result, key) => {
    const { message, hint } = refusal(result, specs)
    expect(message).toContain(`main returned ${Object.keys(result).join(', ')}.`)
    expect(hint).toBe(meant(key))
  })

  test.each([{}, { count: 1 }, { text: 'a', body: 'b' }, { error: 'no rows' }])(
    'where no key of %j is likely, the hint shows the line to write',
    (result) => {
      const say = (line: string, nothing: string) =>
        `Return every declared output on every path, also after an error: \`${line}\`; ${nothing} is allowed.`
      expect(hintsOf(result, specs)).toEqual([say('return {"result": …}', 'None'), say('return { result: … }', 'null')])
    },
  )

  test('members of objects and of rows are looked for where they are missing', () => {
    const rows: OutputSpecs = { rows: { type: 'array[object]', children: { price: { type: 'number' } } } }
    expect(refusal({ rows: [{ price: 1 }, { prise: 2 }] }, rows).hint).toBe(
      'Did you mean "prise"? Return it as "price", or rename the output.',
    )
  })
})

describe('a value of another type', () => {
  const declared = (type: OutputType): OutputSpecs => ({ rows: { type } })
  const json = ['It is JSON text: return `json.loads(…)`.', 'It is JSON text: return `JSON.parse(…)`.']
  const fenced = (call: string) =>
    `It is JSON text in a Markdown fence: take the lines with \`\`\` away, then return \`${call}(…)\`.`

  test.each<[OutputType, unknown, string[]]>([
    ['array[object]', '[{"a":1}]', json],
    ['array[string]', ' ["a"]\n', json],
    ['object', '{"a": [1]}', json],
    ['object', '```json\n{"a": 1}\n```', [fenced('json.loads'), fenced('JSON.parse')]],
    [
      'array[object]',
      '{"a": 1}',
      [
        'It is JSON text: return `json.loads(…)`, and declare the output as object.',
        'It is JSON text: return `JSON.parse(…)`, and declare the output as object.',
      ],
    ],
    [
      'array[string]',
      'a, b',
      ['Return a list: `[text]`, or `text.split(…)`.', 'Return an array: `[text]`, or `text.split(…)`.'],
    ],
    [
      'object',
      '{a: 1}',
      ['Return a dict, or declare the output as string.', 'Return an object, or declare the output as string.'],
    ],
    ['number', ' 12.5', ['Return `float(…)`.', 'Return `Number(…)`.']],
    [
      'array[number]',
      [1, '2'],
      ['Return `[float(item) for item in items]`.', 'Return `items.map((item) => Number(item))`.'],
    ],
    [
      'array[object]',
      ['{"a":1}'],
      [
        'It is JSON text: return `[json.loads(item) for item in items]`.',
        'It is JSON text: return `items.map((item) => JSON.parse(item))`.',
      ],
    ],
    ['string', 5, ['Return `str(…)`.', 'Return `String(…)`.']],
    ['string', { a: 1 }, ['Return `json.dumps(…)`.', 'Return `JSON.stringify(…)`.']],
    ['boolean', 1, ['Return `bool(…)`.', 'Return `Boolean(…)`.']],
    ['array[string]', { a: 1 }, ['Return it in a list: `[…]`.', 'Return it in an array: `[…]`.']],
  ])('declared %s, returned %j', (type, value, hints) => {
    expect(hintsOf({ rows: value }, declared(type))).toEqual(hints)
  })

  test('a long text is known by its ends, and no text is too odd to be looked at', () => {
    const long = `[${'1,'.repeat(100_000)}1]`
    expect(refusal({ rows: long }, declared('array[number]')).hint).toBe(json[0])
    expect(refusal({ rows: '' }, declared('object')).hint).toContain('Return a dict')
    expect(refusal({ rows: '['.repeat(60_000) }, declared('array[number]')).hint).toContain('Return a list')
  })
})

test.each<[unknown, OutputType, object, string]>([
  ['abc', 'string', { maxStringLength: 2 }, 'CODE_MAX_STRING_LENGTH'],
  [['a', 'b'], 'array[string]', { maxStringArrayLength: 1 }, 'CODE_MAX_STRING_ARRAY_LENGTH'],
  [[{}, {}], 'array[object]', { maxObjectArrayLength: 1 }, 'CODE_MAX_OBJECT_ARRAY_LENGTH'],
  [[1, 2], 'array[number]', { maxNumberArrayLength: 1 }, 'CODE_MAX_NUMBER_ARRAY_LENGTH'],
])('the limit that %j of %s passes is named', (value, type, limits, variable) => {
  expect(refusal({ x: value }, { x: { type } }, 'python', limits).hint).toBe(
    `Return less, or raise the limit (\`${variable}\`).`,
  )
})

test.each(['wallMs', 'cpuMs', 'memoryMb', 'threads', 'openFiles', 'resultBytes'])(
  'the advice on a limit names %s of the node',
  (name) => {
    const advices = Object.values(failures).map(({ advice }) => advice)
    expect(advices.filter((advice) => advice.includes(`\`limits.${name}\` of the node, \`CODENODE_`))).toHaveLength(1)
  },
)

test.each([
  ['list', 'python', 'Return it under the name of an output: `return {"rows": …}`.'],
  ['an array', 'javascript', 'Return it under the name of an output: `return { rows: … }`.'],
  ['None', 'python', 'End every path through main with a return: `return {"rows": …}`.'],
  ['undefined', 'typescript', 'End every path through main with a return: `return { rows: … }`.'],
] as const)('a result that is %s', (found, language, hint) => {
  const failure = buildFailure('result_not_object', { found })
  expect(adviseNoObject(failure, { rows: { type: 'array[string]' } }, language)).toBe(hint)
})
