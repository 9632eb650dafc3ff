import { expect, test } from 'vitest'
import { applyQuickFix } from './apply-quick-fix.ts'

const node = { type: 'code', variables: [], outputs: { a: { type: 'string', children: null } } }

test('an input and an output that the code has are declared', () => {
  const withInput = applyQuickFix(node, { kind: 'add-input', name: 'text' })
  expect(withInput.variables).toEqual([{ variable: 'text', value_selector: [] }])
  const withOutput = applyQuickFix(node, { kind: 'add-output', name: 'n', spec: { type: 'number' } })
  expect(withOutput.outputs).toEqual({ a: { type: 'string', children: null }, n: { type: 'number', children: null } })
})
