import type { Case } from '../case.ts'
import { declare, type Language, outputTypes, returning } from './program.ts'

/** Every declared type with a value of every kind. */
export function typeCases(): Case[] {
  return (['python', 'javascript'] as const).flatMap((language) =>
    outputTypes.flatMap((type) => kinds[language].map((expression) => returning('types', language, expression, type))),
  )
}

const kinds: Record<Language, readonly string[]> = {
  python: ['"text"', '7', '1.5', 'True', 'None', '{"a": 1}', '["x", "y"]', '[1, 2.5]', '[{"a": 1}]', '[True, None]'],
  javascript: ['"text"', '1.5', '({ a: 1 })', '["x", null]'],
}

/** Sizes at and past the limits. */
export function limitCases(): Case[] {
  const numbers = [
    ...['2**63 - 1', '2**63', '-(2**63)', '-(2**63) - 1', '9.3e18', '1e18', '2**53 + 1'],
    ...['1e-20', '1e-21', '0.1 + 0.2', '12345678.123456789', '-0.0'],
  ]
  const depths = [5, 6].flatMap((levels) => [
    returning('limits', 'python', nest('{"a": ', '1', '}', levels - 1), 'object'),
    returning('limits', 'python', `[${nest('{"a": ', '1', '}', levels - 2)}]`, 'array[object]'),
    returning('limits', 'python', `{"a": ${nest('[', '1', ']', levels - 1)}}`, 'object'),
  ])
  return [
    ...numbers.map((number) => returning('limits', 'python', number, 'number')),
    ...['[2**63]', '[1e-21]', '[2**63 - 1]'].map((list) => returning('limits', 'python', list, 'array[number]')),
    ...['{"a": 2**63}', '{"a": 1e-21}'].map((object) => returning('limits', 'python', object, 'object')),
    ...['"x" * 400000', '"x" * 400001', '"😀" * 400000', '"😀" * 400001'].map((text) =>
      returning('limits', 'python', text, 'string'),
    ),
    returning('limits', 'python', '["x" * 400001]', 'array[string]'),
    returning('limits', 'python', '{"a": "x" * 400001}', 'object'),
    ...depths,
    ...['9007199254740991', '9007199254740993n', '1e21'].map((it) => returning('limits', 'javascript', it, 'number')),
  ]
}

function nest(open: string, inner: string, close: string, times: number): string {
  return open.repeat(times) + inner + close.repeat(times)
}

/** Lists around the lengths that Dify allows by default. */
export function lengthCases(): Case[] {
  const lists = [
    ['array[string]', '["x"]', 30],
    ['array[object]', '[{}]', 30],
    ['array[number]', '[1]', 1000],
    ['array[boolean]', '[True]', 2000],
  ] as const
  return [
    ...lists.flatMap(([type, list, most]) => [
      returning('lengths', 'python', `${list} * ${most}`, type),
      returning('lengths', 'python', `${list} * ${most + 1}`, type),
    ]),
    ...['["x"] * 31', '[1] * 1001', '[{}] * 31'].map((list) =>
      returning('lengths', 'python', `{"a": ${list}}`, 'object'),
    ),
    returning('lengths', 'python', '{"a": ["x"] * 31}', declare('object', { a: declare('array[string]') })),
  ]
}

/** Texts that look like numbers, which Dify turns into numbers, and numbers of other types. */
export function numberCases(): Case[] {
  const texts = ['"1e-5"', '"-8.0E-5"', '"1.e+3"', '"2E+3"', '"1e5"', '"0x10"', '"1.5"']
  return [
    ...texts.flatMap((text) => [
      returning('numbers', 'python', text, 'string'),
      returning('numbers', 'python', text, 'number'),
    ]),
    returning('numbers', 'python', '["1e-5"]', 'array[string]'),
    returning('numbers', 'python', '["1e-5"]', 'array[number]'),
    returning('numbers', 'python', '{"a": "1e-5"}', 'object'),
    ...['1', '0', '1.5', '"true"', '[]'].map((value) => returning('numbers', 'python', value, 'boolean')),
    ...['True', '7.0', '1e3', '-7.0'].map((value) => returning('numbers', 'python', value, 'number')),
    ...['[True, 2]', '[1.0, 2]', '[None, 1]'].map((value) => returning('numbers', 'python', value, 'array[number]')),
    returning('numbers', 'javascript', 'true', 'number'),
    returning('numbers', 'javascript', '7.0', 'number'),
  ]
}

/** Objects whose members are declared, and free-form contents. */
export function resultCases(): Case[] {
  const person = declare('object', { name: declare('string'), age: declare('number') })
  const people = declare('array[object]', { name: declare('string') })
  const contents = ['[1, "x"]', '[[1, 2], [3]]', '[[{"b": 1}]]', '[{"b": 1}, 2]', '[None, 1]', '[True, 1]']
  return [
    ...['{"name": "a", "age": 1}', '{"name": "a"}', '{"name": None, "age": None}', '{"name": 1, "age": 1}'].map((it) =>
      returning('results', 'python', it, person),
    ),
    returning('results', 'python', '{"name": "a", "age": 1, "more": 2}', person),
    ...['[{"name": "a"}, None]', '[{"name": 1}]', '[{}]', '[{"name": "a", "more": 1}]'].map((it) =>
      returning('results', 'python', it, people),
    ),
    ...contents.map((content) => returning('results', 'python', `{"a": ${content}}`, 'object')),
    ...contents.map((content) => returning('results', 'python', `[{"a": ${content}}]`, 'array[object]')),
  ]
}
