import { expect, test } from 'vitest'
import { addInput, chooseSource, inputRows, moveInput, removeInput, renameInput } from './input-rows.ts'

const entry = (variable: string, value_selector: string[] = ['n', variable], more = {}) => ({
  variable,
  value_selector,
  ...more,
})
const node = { type: 'code', variables: [entry('a', undefined, { kept: 1 }), entry('b'), entry('c')] }
const names = (data: Parameters<typeof inputRows>[0]) => inputRows(data).map(({ name }) => name)
const source = { nodeId: 's', nodeTitle: 'Start', selector: ['s', 'user-name'], type: 'string' }

test('inputs are added, removed, renamed and moved, and all else that they hold stays', () => {
  expect(names(addInput(addInput(node)))).toEqual(['a', 'b', 'c', 'input', 'input_2'])
  expect(names(removeInput(node, 1))).toEqual(['a', 'c'])
  expect(renameInput(node, 0, 'x').variables).toEqual([
    { ...node.variables[0], variable: 'x' },
    ...node.variables.slice(1),
  ])
  expect(names(moveInput(node, 0, 2))).toEqual(['b', 'c', 'a'])
  expect(names(moveInput(node, 2, 0))).toEqual(['c', 'a', 'b'])
})

test.each([
  [0, 0],
  [0, -1],
  [2, 3],
  [7, 0],
])('moving from %j to %j changes nothing', (from, to) => {
  expect(moveInput(node, from, to)).toBe(node)
})

test('a new input takes the name of the value that is chosen, one with a name keeps it', () => {
  const made = chooseSource(addInput(node), 3, source)
  expect(inputRows(made)[3]).toMatchObject({ name: 'user_name', selector: ['s', 'user-name'], type: 'string' })
  expect(names(chooseSource(node, 0, source))).toEqual(['a', 'b', 'c'])
})
