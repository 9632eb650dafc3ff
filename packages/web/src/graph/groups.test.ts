import { describe, expect, test } from 'vitest'
import { findNode } from './access.ts'
import type { NodeData, WorkflowDocument } from './document.ts'
import { addGroup, groupsOf, isGrouped, removeGroup, setGrouped, setGroupVariables } from './groups.ts'
import { newDocument } from './new-document.ts'

function withAggregator(data: Record<string, unknown>): WorkflowDocument {
  const document = newDocument()
  const position = { x: 0, y: 0 }
  const nodes = [
    { id: 'a', position, data: { type: 'variable-aggregator', ...data } },
    { id: 'e', position, data: { type: 'end', outputs: [{ variable: 'x', value_selector: ['a', 'output', 'deep'] }] } },
    { id: 'w', position, data: { type: 'answer', answer: 'So: {{#a.output#}}' } },
  ]
  return { ...document, workflow: { ...document.workflow, graph: { ...document.workflow.graph, nodes } } }
}

const dataOf = (document: WorkflowDocument, id: string) => findNode(document, id)?.data as NodeData

describe('the groups of an aggregator', () => {
  const single = withAggregator({ variables: [['s', 'p']], output_type: 'string', kept: 1 })

  test('take over its variables, and what read its output reads that of the first group', () => {
    const grouped = setGrouped(single, 'a', true)
    expect(dataOf(grouped, 'a')).toMatchObject({
      kept: 1,
      advanced_settings: {
        group_enabled: true,
        groups: [{ group_name: 'Group1', output_type: 'string', variables: [['s', 'p']] }],
      },
    })
    expect(dataOf(grouped, 'e')).toMatchObject({ outputs: [{ value_selector: ['a', 'Group1', 'output', 'deep'] }] })
    expect(dataOf(grouped, 'w').answer).toBe('So: {{#a.Group1.output#}}')
  })

  test('give all of that back when they are wanted no more', () => {
    const back = setGrouped(setGrouped(single, 'a', true), 'a', false)
    expect(dataOf(back, 'a')).toMatchObject({ variables: [['s', 'p']], advanced_settings: { group_enabled: false } })
    expect(dataOf(back, 'e')).toEqual(dataOf(single, 'e'))
    expect(dataOf(back, 'w')).toEqual(dataOf(single, 'w'))
    expect(setGrouped(back, 'a', false)).toBe(back)
  })

  test('are added under a name that is free, filled and removed; keys that nobody knows stay', () => {
    const data = dataOf(setGrouped(single, 'a', true), 'a')
    const two = setGroupVariables(addGroup(data), 1, [['s', 'q'], []])
    expect(groupsOf(two)).toEqual([
      { name: 'Group1', variables: [['s', 'p']] },
      { name: 'Group2', variables: [['s', 'q'], []] },
    ])
    expect(groupsOf(addGroup(removeGroup(two, 0))).map(({ name }) => name)).toEqual(['Group2', 'Group3'])
    const odd = dataOf(
      withAggregator({
        advanced_settings: { group_enabled: true, odd: 2, groups: [{ group_name: 'x', groupId: 'u' }] },
      }),
      'a',
    )
    expect(setGroupVariables(odd, 0, [['s', 'p']]).advanced_settings).toEqual({
      group_enabled: true,
      odd: 2,
      groups: [{ group_name: 'x', groupId: 'u', variables: [['s', 'p']] }],
    })
  })

  test('of settings that are broken are none', () => {
    for (const advanced of [null, 1, [], { groups: 'x' }, { group_enabled: 'yes', groups: [1] }]) {
      const data = { type: 'variable-aggregator', advanced_settings: advanced }
      expect(isGrouped(data)).toBe(false)
      expect(groupsOf(data)).toEqual([])
    }
  })
})
