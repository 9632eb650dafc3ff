import type { Case } from '../case.ts'
import { end, giving, node, showing, workflow } from './workflow.ts'

/** Variable aggregators, in groups and without. */
export function aggregatorCases(): Case[] {
  const aggregating = (name: string, first: string, second: string, groups: boolean) => {
    const variables = [
      ['a', 'r'],
      ['b', 'r'],
    ]
    const advanced = groups && {
      advanced_settings: {
        group_enabled: true,
        groups: [{ group_name: 'G', output_type: 'number', variables, groupId: '1' }],
      },
    }
    return workflow(
      'aggregators',
      `${name}${groups ? ', in a group' : ''}`,
      [
        giving('a', first, 'number'),
        giving('b', second, 'number'),
        node('join', 'variable-aggregator', { output_type: 'number', variables, ...advanced }),
        showing('s', groups ? 'join.G.output' : 'join.output'),
        end('e', { r: groups ? 'join.G.output' : 'join.output', shown: 's.r' }),
      ],
      ['start>a', 'a>b', 'b>join', 'join>s', 's>e'],
    )
  }
  return [false, true].flatMap((groups) => [
    aggregating('two values', '1', '2.0', groups),
    aggregating('null first', 'None', '2', groups),
    aggregating('only null', 'None', 'None', groups),
  ])
}

/** What selectors reach, and what becomes of values on their way. */
export function selectorCases(): Case[] {
  const show = (name: string, selector: string, settings: object = {}, expression = '{"a": {"b": [1.0, 2]}}') =>
    workflow(
      'selectors',
      name,
      [giving('c', expression, 'object'), showing('s', selector), end('e', { r: 's.r', v: selector })],
      ['start>c', 'c>s', 's>e'],
      settings,
    )
  const environment = [
    { id: '1', name: 'TEXT', value_type: 'string', value: 'a', selector: ['env', 'TEXT'] },
    { id: '2', name: 'NUMBER', value_type: 'number', value: 5, selector: ['env', 'NUMBER'] },
  ]
  const conversation = [
    { id: '3', name: 'list', value_type: 'array[string]', value: ['a'], selector: ['conversation', 'list'] },
  ]
  return [
    show('a member', 'c.r.a'),
    show('a member of a member', 'c.r.a.b'),
    show('a member that is not there', 'c.r.zz'),
    show('a member of a number', 'c.r.n.zz', {}, '{"n": 1}'),
    show('an output that is not there', 'c.zz'),
    show('a node that is not there', 'zz.y'),
    show('an environment variable', 'env.TEXT', { environment }),
    show('an environment variable that is a number', 'env.NUMBER', { environment }),
    show('a conversation variable', 'conversation.list', { conversation }),
    show('an input', 'start.x', { inputs: { x: '7.0' } }),
    show('an input that is null', 'start.x', { inputs: { x: 'null' } }),
    show('an object as input', 'start.x.a', { inputs: { x: '{"a": 1.0}' } }),
    workflow('selectors', 'a selector that is empty', [withSelector([]), end('e', { r: 's.r' })], ['start>s', 's>e']),
    workflow('selectors', 'a selector of one part', [withSelector(['c']), end('e', { r: 's.r' })], ['start>s', 's>e']),
  ]
}

function withSelector(value_selector: string[]) {
  const shown = showing('s', 'start.x')
  return { ...shown, data: { ...shown.data, variables: [{ variable: 'x', value_selector }] } }
}

/** Values from node to node. */
export function valueCases(): Case[] {
  const passing = (expression: string, type: string) =>
    workflow(
      'values',
      `${type} ${expression}`,
      [giving('c', expression, type), showing('s', 'c.r'), end('e', { v: 'c.r', shown: 's.r' })],
      ['start>c', 'c>s', 's>e'],
    )
  return [
    ...['7', '7.0', '1e18', '-0.0', '2**63 - 1', '9007199254740993', 'True', 'None'].map((it) => passing(it, 'number')),
    passing('float("nan")', 'number'),
    passing('[1.0, 2]', 'array[number]'),
    passing('[True, False]', 'array[boolean]'),
    passing('[None, "a"]', 'array[string]'),
    passing('{"a": 1.0, "b": 1234567890123456789}', 'object'),
    passing('[{"a": 1.0}, None]', 'array[object]'),
    passing('"a\\x00b"', 'string'),
    passing('""', 'string'),
  ]
}
