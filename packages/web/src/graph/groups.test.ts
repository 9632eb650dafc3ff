import { checkWorkflow } from 'codenode/contract'
import { describe, expect, test } from 'vitest'
import { findNode } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'
import { toDocument } from './document-text.ts'
import { addGroup, changeGroup, commonType, groupsOf, isGrouped, moveGroup, removeGroup, setGrouped } from './groups.ts'
import { upstreamVariables } from './upstream.ts'
import { renameOutput } from './uses.ts'

const node = (id: string, data: NodeData) => ({ id, type: 'custom', position: { x: 0, y: 0 }, data })
const edge = (source: string, target: string) => ({ id: `${source}-${target}`, source, target })

/** A start, an aggregator that gathers its two inputs, and an end that reads the output. */
function build(): WorkflowDocument {
  const read = toDocument({
    workflow: {
      graph: {
        nodes: [
          node('s', {
            type: 'start',
            title: 'S',
            variables: [
              { variable: 'a', type: 'number' },
              { variable: 'b', type: 'number' },
            ],
          }),
          node('g', {
            type: 'variable-aggregator',
            title: 'G',
            output_type: 'number',
            variables: [
              ['s', 'a'],
              ['s', 'b'],
            ],
          }),
          node('e', { type: 'end', title: 'E', outputs: [{ variable: 'x', value_selector: ['g', 'output'] }] }),
        ],
        edges: [edge('s', 'g'), edge('g', 'e')],
      },
    },
  })
  if (!('document' in read)) throw new Error('The document of the test is wrong.')
  return read.document
}

const dataOf = (document: WorkflowDocument, id: string) => findNode(document, id)?.data as NodeData
const readBy = (document: WorkflowDocument) => (dataOf(document, 'e').outputs as [{ value_selector: string[] }])[0]

describe('an aggregator', () => {
  test('that gathers in groups has its variables in the first one, which is read in the place of the output', () => {
    const grouped = setGrouped(build(), 'g', true)
    expect(groupsOf(dataOf(grouped, 'g'))).toEqual([
      {
        group_name: 'Group1',
        output_type: 'number',
        variables: [
          ['s', 'a'],
          ['s', 'b'],
        ],
      },
    ])
    expect(readBy(grouped).value_selector).toEqual(['g', 'Group1', 'output'])
    expect(checkWorkflow(grouped)).toEqual([])
    expect(setGrouped(grouped, 'g', true)).toBe(grouped)
  })

  test('that no longer does gathers what its first group gathered, and keeps the groups', () => {
    const grouped = setGrouped(build(), 'g', true)
    const single = setGrouped(renameOutput(grouped, 'g', 'Group1', 'total'), 'g', false)
    expect(dataOf(single, 'g')).toMatchObject({
      output_type: 'number',
      variables: [
        ['s', 'a'],
        ['s', 'b'],
      ],
    })
    expect(readBy(single).value_selector).toEqual(['g', 'output'])
    expect([isGrouped(dataOf(single, 'g')), checkWorkflow(single)]).toEqual([false, []])
    expect(readBy(setGrouped(single, 'g', true)).value_selector).toEqual(['g', 'total', 'output'])
  })

  test('gives each group as an object with the output in it', () => {
    const variables = upstreamVariables(setGrouped(build(), 'g', true), 'e').filter(({ nodeId }) => nodeId === 'g')
    expect(variables.map(({ selector, type }) => [selector.slice(1).join('.'), type])).toEqual([
      ['Group1', 'object'],
      ['Group1.output', 'number'],
    ])
  })
})

describe('groups', () => {
  const grouped = dataOf(setGrouped(build(), 'g', true), 'g')
  const names = (data: NodeData) => groupsOf(data).map(({ group_name: name }) => name)

  test('are added under a name of their own, moved and removed', () => {
    const three = addGroup(addGroup(grouped))
    expect(names(three)).toEqual(['Group1', 'Group2', 'Group3'])
    expect(names(addGroup(removeGroup(three, 0)))).toEqual(['Group2', 'Group3', 'Group4'])
    expect(names(moveGroup(three, 2, 0))).toEqual(['Group3', 'Group1', 'Group2'])
    expect(moveGroup(three, 0, 3)).toBe(three)
    expect(moveGroup(three, 0, -1)).toBe(three)
  })

  test('keep what the form does not know', () => {
    const data = {
      ...grouped,
      advanced_settings: { more: 1, group_enabled: true, groups: [{ groupId: 'x', group_name: 'one', variables: [] }] },
    }
    expect(changeGroup(data, 0, { output_type: 'string' }).advanced_settings).toEqual({
      more: 1,
      group_enabled: true,
      groups: [{ groupId: 'x', group_name: 'one', variables: [], output_type: 'string' }],
    })
  })

  test.each([
    [[], 'any'],
    [['string', 'string'], 'string'],
    [['string', 'number'], 'any'],
  ])('of variables of the types %j are of the type %s', (types, expected) => expect(commonType(types)).toBe(expected))
})
