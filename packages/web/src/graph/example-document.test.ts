import { checkWorkflow } from 'codenode/contract'
import { expect, test } from 'vitest'
import { exampleDocument } from './example-document.ts'

test('the example has no problems', () => {
  expect(checkWorkflow(exampleDocument('Example'))).toEqual([])
})
