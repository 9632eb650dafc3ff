import { expect, test } from 'vitest'
import { outputsToRows } from '../form/output-rows.ts'
import { renameOutputIn, setOutputRows, setOutputType } from './set-outputs.ts'

const node = {
  type: 'code',
  outputs: { a: { type: 'string', children: null }, b: { type: 'number', children: null } },
  error_strategy: 'default-value',
  default_value: [
    { key: 'a', type: 'string', value: 'x' },
    { key: 'b', type: 'number', value: 1 },
  ],
}

test('a renamed output keeps its place and its default value', () => {
  const renamed = renameOutputIn(node, 'a', 'c')
  expect(Object.keys(renamed.outputs as object)).toEqual(['c', 'b'])
  expect(renamed.default_value).toEqual([{ ...node.default_value[0], key: 'c' }, node.default_value[1]])
})

test('default values follow the outputs while they are in use', () => {
  const changed = setOutputRows(node, outputsToRows({ b: { type: 'number' }, d: { type: 'object' } }))
  expect(changed.default_value).toEqual([node.default_value[1], { key: 'd', type: 'object', value: {} }])
  const { error_strategy: _, ...without } = node
  expect(setOutputRows(without, []).default_value).toEqual(node.default_value)
})

test('an output and a member of one are declared as another type', () => {
  const nested = { type: 'code', outputs: { rows: { type: 'array[object]', children: { id: { type: 'string' } } } } }
  expect(setOutputType(nested, ['rows', 'id'], 'number').outputs).toEqual({
    rows: { type: 'array[object]', children: { id: { type: 'number', children: null } } },
  })
  expect(setOutputType(nested, ['rows'], 'array[string]').outputs).toEqual({
    rows: { type: 'array[string]', children: null },
  })
  expect(setOutputType(node, ['a'], 'number').default_value).toEqual([
    { key: 'a', type: 'number', value: 0 },
    node.default_value[1],
  ])
})
