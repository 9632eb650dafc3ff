import type { Case } from '../case.ts'
import { code, end, giving, node, showing, workflow } from './workflow.ts'

/** Iterations: modes for failing items, flattening, in turn and in parallel. */
export function iterationCases(): Case[] {
  const square = 'def main(x):\n    return {"r": x * x}\n'
  const failsAtTwo = 'def main(x):\n    if x == 2:\n        raise ValueError("two")\n    return {"r": x}\n'
  const pair = 'def main(x):\n    return {"r": [x, x]}\n'
  const pairOrText = 'def main(x):\n    return {"r": [x] if x > 1 else []}\n'
  const modes = ['terminated', 'continue-on-error', 'remove-abnormal-output']
  return [
    iterating('squares', '[1, 2, 3]', square, 'number'),
    iterating('squares in parallel', '[3, 2, 1]', square, 'number', { is_parallel: true, parallel_nums: 3 }),
    iterating('floats', '[1.0, 2.5]', square, 'number'),
    iterating('no items', '[]', square, 'number'),
    iterating('null', 'None', square, 'number'),
    iterating('texts', '["a", "b"]', 'def main(x):\n    return {"r": x + "!"}\n', 'string', { list: 'array[string]' }),
    iterating('objects', '[{"a": 1.0}]', 'def main(x):\n    return {"r": repr(x)}\n', 'string', {
      list: 'array[object]',
    }),
    iterating('lists, joined', '[1, 2]', pair, 'array[number]'),
    iterating('lists, not joined', '[1, 2]', pair, 'array[number]', { flatten_output: false }),
    iterating('empty lists, joined', '[1, 2]', pairOrText, 'array[number]'),
    ...modes.map((mode) =>
      iterating(`an item fails, ${mode}`, '[1, 2, 3]', failsAtTwo, 'number', { error_handle_mode: mode }),
    ),
    ...modes.map((mode) =>
      iterating(`an item fails in parallel, ${mode}`, '[1, 2, 3]', failsAtTwo, 'number', {
        error_handle_mode: mode,
        is_parallel: true,
        parallel_nums: 2,
      }),
    ),
    iterating('all items fail, continue-on-error', '[2, 2]', failsAtTwo, 'number', {
      error_handle_mode: 'continue-on-error',
    }),
    iterating('the index', '["a", "b"]', 'def main(x):\n    return {"r": x}\n', 'number', {
      list: 'array[string]',
      of: 'index',
    }),
  ]
}

type Iterating = { list?: string; of?: 'item' | 'index'; [setting: string]: unknown }

function iterating(name: string, items: string, program: string, type: string, settings: Iterating = {}): Case {
  const { list = 'array[number]', of = 'item', ...more } = settings
  const inner = code(
    'inner',
    program,
    { variables: { x: `it.${of}` }, outputs: { r: type }, isInIteration: true, iteration_id: 'it' },
    'it',
  )
  const iteration = node('it', 'iteration', {
    iterator_selector: ['c', 'r'],
    output_selector: ['inner', 'r'],
    output_type: type.startsWith('array') ? type : `array[${type}]`,
    start_node_id: 'itstart',
    is_parallel: false,
    parallel_nums: 10,
    error_handle_mode: 'terminated',
    ...more,
  })
  const first = node('itstart', 'iteration-start', { isInIteration: true, iteration_id: 'it' }, 'it')
  return workflow(
    'iterations',
    name,
    [
      giving('c', items, list),
      iteration,
      first,
      inner,
      showing('after', 'it.output'),
      end('e', { all: 'it.output', shown: 'after.r' }),
    ],
    ['start>c', 'c>it', 'itstart>inner', 'it>after', 'after>e'],
  )
}
