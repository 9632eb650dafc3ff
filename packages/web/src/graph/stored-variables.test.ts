import { checkWorkflow } from 'codenode/contract'
import { expect, test } from 'vitest'
import { nodesOf } from './access.ts'
import type { WorkflowDocument } from './document.ts'
import { toDocument } from './document-text.ts'
import {
  addStored,
  changeStored,
  hasSecretValues,
  removeStored,
  renameStored,
  storedVariables,
  withoutSecretValues,
} from './stored-variables.ts'
import { upstreamVariables } from './upstream.ts'

function build(): WorkflowDocument {
  const node = (id: string, data: object) => ({ id, type: 'custom', position: { x: 0, y: 0 }, data })
  const nodes = [
    node('s', { type: 'start', title: 'S', variables: [] }),
    node('a', { type: 'answer', title: 'A', answer: '{{#env.key#}} {{#env.key2#}} {{#conversation.key#}}' }),
  ]
  const read = toDocument({
    app: { mode: 'advanced-chat' },
    workflow: {
      graph: { nodes, edges: [{ id: 'sa', source: 's', target: 'a' }] },
      environment_variables: [{ name: 'key', value: 'x', value_type: 'secret', more: 1 }],
      conversation_variables: [{ name: 'key', value: [], value_type: 'array[string]' }],
    },
  })
  if (!('document' in read)) throw new Error('The document of the test is wrong.')
  return addStored(read.document, 'environment', 'key2', 'id')
}

const names = (document: WorkflowDocument) => storedVariables(document, 'environment').map(({ name }) => name)

test('a variable of the environment is added as Dify writes one, changed, and removed', () => {
  const document = build()
  expect(storedVariables(document, 'environment')[1]).toEqual({
    id: 'id',
    name: 'key2',
    description: '',
    value_type: 'string',
    value: '',
    selector: ['env', 'key2'],
  })
  const changed = changeStored(document, 'environment', 1, { value: 5, value_type: 'number' })
  expect(upstreamVariables(changed, 'a').find(({ selector }) => selector[1] === 'key2')?.type).toBe('number')
  expect(names(removeStored(document, 'environment', 0))).toEqual(['key2'])
  expect(checkWorkflow(changed)).toEqual([])
})

test('a new name goes wherever the variable is read, and what is beside it is kept', () => {
  const renamed = renameStored(build(), 'environment', 0, 'token')
  expect(storedVariables(renamed, 'environment')[0]).toEqual({
    name: 'token',
    value: 'x',
    value_type: 'secret',
    more: 1,
    selector: ['env', 'token'],
  })
  expect(nodesOf(renamed)[1]?.data.answer).toBe('{{#env.token#}} {{#env.key2#}} {{#conversation.key#}}')
  expect(checkWorkflow(renamed)).toEqual([])
})

test('a copy without the values of secrets has everything else', () => {
  const document = build()
  const copy = withoutSecretValues(document)
  expect([hasSecretValues(document), hasSecretValues(copy)]).toEqual([true, false])
  expect(copy).toEqual(changeStored(document, 'environment', 0, { value: '' }))
  expect(withoutSecretValues(copy)).toBe(copy)
})

test.each(['', 'key', 'key2'])('a variable is not renamed to %j', (to) => {
  const document = build()
  expect(renameStored(document, 'environment', 0, to)).toBe(document)
})
