import type { WorkflowNodeRecord } from 'codenode/contract'
import { expect, test } from 'vitest'
import { findNode } from '../graph/access.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { updateData } from '../graph/edit-nodes.ts'
import { inputSources, type ValueSources } from './node-values.ts'
import { partBefore } from './part-before.ts'

const node = (id: string, type: string, data: Record<string, unknown> = {}, more = {}) => {
  return { id, position: { x: 0, y: 0 }, data: { type, title: id.toUpperCase(), ...data }, ...more }
}
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })
const wanted: Record<string, string[]> = {
  given: ['start', 'name'],
  needed: ['start', 'more'],
  key: ['env', 'KEY'],
  first: ['one', 'rows', '0', 'city'],
  late: ['two', 'text'],
  answer: ['llm', 'text'],
  either: ['way', 'output'],
  item: ['loop', 'item'],
  index: ['loop', 'index'],
  gone: ['nobody', 'x'],
}
const variables = Object.entries(wanted).map(([variable, selector]) => ({ variable, value_selector: selector }))
const document: WorkflowDocument = {
  workflow: {
    environment_variables: [{ name: 'KEY', value: 'k' }],
    graph: {
      nodes: [
        node('start', 'start', { variables: [{ variable: 'name', default: 'Ada' }, { variable: 'more' }] }),
        node('one', 'code', { outputs: {} }),
        node('two', 'code', { outputs: {} }),
        node('llm', 'llm'),
        node('way', 'variable-aggregator', {
          variables: [
            ['two', 'text'],
            ['one', 'rows'],
          ],
        }),
        node('loop', 'iteration', { iterator_selector: ['one', 'rows'], start_node_id: 'begin' }),
        node('begin', 'iteration-start', {}, { parentId: 'loop' }),
        node('here', 'code', { variables }, { parentId: 'loop' }),
      ],
      edges: [edge('start', 'one'), edge('one', 'loop'), edge('begin', 'here')],
    },
  },
}
const at = '2026-01-01T12:39:00.000Z'
const rows = [{ city: 'Oslo' }, { city: 'Rome' }]
const record = { id: 'one', status: 'succeeded', outputs: { rows }, startedAt: at, run: null, iterations: null }
const sources: ValueSources = {
  document,
  run: { name: 'none' },
  ranDocument: null,
  before: new Map([['one', { record: record as unknown as WorkflowNodeRecord, document }]]),
  inputs: {},
  tests: new Map(),
}

test('each input comes from what was given last, from a setting, or from what has to run or be typed first', () => {
  const known = (value: unknown) => ({ name: 'known', value, from: 'ONE', at })
  expect(inputSources(sources, 'here')).toEqual({
    given: { name: 'default', value: 'Ada', from: 'START' },
    needed: { name: 'unset', from: 'START' },
    key: { name: 'default', value: 'k', from: 'Environment' },
    first: known('Oslo'),
    late: { name: 'missing', from: 'TWO', why: 'not run' },
    answer: { name: 'unset', from: 'LLM' },
    either: known(rows),
    item: known(rows[0]),
    index: known(0),
    gone: { name: 'gone' },
  })
  const changed = updateData(document, 'one', { type: 'code', title: 'Another', code: 'new', outputs: {} })
  const { first, item } = inputSources({ ...sources, document: changed, inputs: { name: 'Grace' } }, 'here')
  expect([first, item].map((it) => it?.name === 'missing' && it.why)).toEqual(['changed', 'changed'])
})

test('what comes before a node inside an iteration is run for the first item, and the node itself is not', () => {
  const inner = updateData(document, 'here', { ...node('here', 'code').data, variables: [] })
  const { nodes, edges } = partBefore(inner, 'here', 'Part').workflow.graph
  expect(nodes.map(({ id, parentId = null }) => [id, parentId])).toEqual([
    ['start', null],
    ['one', null],
    ['codenode-end-of-part', null],
  ])
  expect(edges.map(({ source, target }) => [source, target])).toEqual([
    ['start', 'one'],
    ['one', 'codenode-end-of-part'],
  ])
  expect(findNode(inner, 'here')?.parentId).toBe('loop')
})
