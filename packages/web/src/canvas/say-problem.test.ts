import { expect, test } from 'vitest'
import { addNode } from '../graph/edit-nodes.ts'
import { newDocument } from '../graph/new-document.ts'
import { sayIssue } from './say-problem.ts'

const { document } = addNode(newDocument('w', 1), 'code', { x: 0, y: 600 })
const foreign = {
  ...document,
  workflow: {
    ...document.workflow,
    graph: {
      ...document.workflow.graph,
      nodes: [
        ...document.workflow.graph.nodes,
        { id: 'x', type: 'custom', position: { x: 0, y: 0 }, data: { type: 'llm', title: 'Ask' } },
      ],
    },
  },
}

test.each([
  ['workflow.graph.nodes', 'have no end.', 'The nodes have no end.'],
  ['workflow.graph.nodes[2].data.variables[0].variable', 'is empty.', 'Code: variables[0].variable is empty.'],
  ['workflow.graph.nodes[2].data', 'is wrong.', 'Code: is wrong.'],
  [
    'workflow.graph.nodes[3].data.type',
    'is llm; run codenode.',
    "Ask: Can't run here. Replace it with a Code node, or remove it.",
  ],
  ['inputs.text', 'is required.', 'inputs.text is required.'],
])('%s %s', (path, message, said) => {
  expect(sayIssue(foreign, { path, message })).toBe(said)
})
