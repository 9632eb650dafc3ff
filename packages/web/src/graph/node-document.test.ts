import { checkWorkflow } from 'codenode/contract'
import { expect, test } from 'vitest'
import { documentAround } from './node-document.ts'
import { replaceWithCode } from './replace-node.ts'

const settings = {
  code_language: 'python3',
  code: 'def main(text, n):\n    return {"result": text * n}\n',
  variables: [
    { variable: 'text', value_selector: ['gone', 'text'], value_type: 'string' },
    { variable: 'n', value_selector: [], value_type: 'number' },
  ],
  outputs: { result: { type: 'string', children: null } },
}

test('a node alone gets a workflow that runs: its inputs from the start, its outputs at the end', () => {
  const { document, id } = documentAround(settings, 'Repeat', 1)
  expect(checkWorkflow(document)).toEqual([])
  const [start, node, end] = document.workflow.graph.nodes
  expect(start?.data.variables).toMatchObject([
    { variable: 'text', type: 'paragraph' },
    { variable: 'n', type: 'number' },
  ])
  expect(node).toMatchObject({ id, data: { title: 'Repeat', code: settings.code } })
  expect(end?.data.outputs).toEqual([{ variable: 'result', value_selector: [id, 'result'] }])
})

test('a node that cannot run is replaced by one that returns by hand what others read of it', () => {
  const { document, id } = documentAround(settings, 'Ask', 1)
  const { graph } = document.workflow
  const nodes = graph.nodes.map((node) =>
    node.id === id ? { ...node, data: { type: 'llm', title: 'Ask', model: { name: 'm' } } } : node,
  )
  const foreign = { ...document, workflow: { ...document.workflow, graph: { ...graph, nodes } } }
  expect(checkWorkflow(foreign)).toHaveLength(1)
  const replaced = replaceWithCode(foreign, id)
  expect(checkWorkflow(replaced)).toEqual([])
  expect(replaced.workflow.graph.nodes[1]?.data).toMatchObject({
    type: 'code',
    title: 'Ask',
    code: expect.stringContaining('"result"') as unknown,
    outputs: { result: { type: 'string' } },
  })
  expect(replaced.workflow.graph.edges.map(({ source, target }) => [source, target])).toEqual(
    graph.edges.map(({ source, target }) => [source, target]),
  )
})
