import { describe, expect, test } from 'vitest'
import { end, graph, node } from '../../test/support/graph.ts'
import { parseWorkflow } from '../document/parse-workflow.ts'
import { bindStart } from './bind-start.ts'

function bind(variables: object[], inputs: unknown): ReturnType<typeof bindStart> {
  return bindStart(parseWorkflow(graph([node('s', 'start', { variables }), end('e')], 's>e')), inputs)
}

function problemsOf(variables: object[], inputs: unknown): string[] {
  try {
    bind(variables, inputs)
    return []
  } catch (error) {
    const { details } = error as { details: { issues: { path: string; message: string }[] } }
    return details.issues.map(({ path, message }) => `${path} ${message}`)
  }
}

const select = { type: 'select', options: ['a', 'b'] }

describe('a variable of the start node', () => {
  test.each([
    [{ type: 'text-input' }, 'x', 'x'],
    [{ type: 'text-input' }, '', ''],
    [{ type: 'text-input' }, undefined, null],
    [{ type: 'text-input', default: 'd' }, null, 'd'],
    [{ type: 'paragraph', max_length: 2 }, '🎉🎉', '🎉🎉'],
    [select, 'b', 'b'],
    [{ ...select, default: 'a' }, '', 'a'],
    [{ type: 'number' }, 5, 5],
    [{ type: 'number' }, '9007199254740993', 9007199254740993n],
    [{ type: 'number' }, '-1.5', -1.5],
    [{ type: 'number' }, '', null],
    [{ type: 'number', default: '7' }, undefined, 7],
    [{ type: 'checkbox' }, true, true],
    [{ type: 'checkbox' }, 'false', false],
    [{ type: 'checkbox', default: false }, undefined, false],
    [{ type: 'json_object' }, { a: 1 }, { a: 1 }],
    [{ type: 'json' }, '{"a": 9007199254740993}', { a: 9007199254740993n }],
    [{ type: 'file' }, { url: 'x' }, { url: 'x' }],
    [{ type: 'file-list' }, [{ url: 'x' }], [{ url: 'x' }]],
  ])('%o takes %o as %o', (variable, given, value) => {
    expect(bind([{ variable: 'v', ...variable }], { v: given }).start).toEqual({ v: value })
  })

  test.each([
    [{ type: 'text-input' }, 5, 'is the number 5; it must be a string.'],
    [{ type: 'text-input', required: true }, '', 'is missing; it must be a string.'],
    [
      { type: 'text-input', max_length: 2 },
      'abc',
      'is a string of 3 characters ("abc"); it must be a string of at most 2 characters.',
    ],
    [select, 'c', 'is the string "c"; it must be one of a, b.'],
    [{ ...select, required: true }, undefined, 'is missing; it must be one of a, b.'],
    [{ type: 'number' }, 'x', 'is the string "x"; it must be a number.'],
    [{ type: 'number' }, true, 'is true; it must be a number.'],
    [{ type: 'checkbox' }, 'x', 'is the string "x"; it must be true or false.'],
    [{ type: 'json_object' }, '[1]', 'is the string "[1]"; it must be an object, or a JSON string of one.'],
    [{ type: 'file' }, 'x', 'is the string "x"; it must be an object that describes a file.'],
    [{ type: 'file-list' }, [1], 'is an array (1 item); it must be an array of objects that describe files.'],
  ])('%o refuses %o', (variable, given, problem) => {
    expect(problemsOf([{ variable: 'v', ...variable }], { v: given })).toEqual([`inputs.v ${problem}`])
  })
})

test('all problems are told, and what JSON cannot express', () => {
  const variables = ['a', 'b'].map((variable) => ({ variable, type: 'number', required: true }))
  expect(problemsOf(variables, {})).toHaveLength(2)
  expect(problemsOf(variables, { a: Number.NaN })).toEqual(['inputs.a is NaN, which JSON cannot express.'])
  expect(problemsOf(variables, 5)).toHaveLength(1)
})

test('system variables are given by their names, others are dropped with a warning', () => {
  const bound = bind([], { 'sys.query': 'q', 'sys.nope': 1, x: 1 })
  expect(bound).toMatchObject({ startId: 's', start: { 'sys.query': 'q' }, sys: { query: 'q' } })
  expect(bound.warnings.map(({ path }) => path)).toEqual(['inputs["sys.nope"]', 'inputs.x'])
})
