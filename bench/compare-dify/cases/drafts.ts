import { pick } from '../../../packages/codenode/test/support/graph.ts'
import type { Case } from '../case.ts'
import { code, end, giving, node, workflow } from './workflow.ts'

/** Drafts: what is not finished, and what hangs loose. */
export function draftCases(): Case[] {
  const a = giving('a', '1', 'number')
  const e = end('e', { r: 'a.r' })
  const edges = ['start>a', 'a>e']
  const ending = (name: string, rows: object[]) =>
    workflow('drafts', name, [a, node('e', 'end', { outputs: rows })], edges)
  return [
    workflow('drafts', 'a node that nothing leads to', [a, e, giving('loose', '2', 'number')], edges),
    workflow('drafts', 'an unfinished node that nothing leads to', [a, e, code('loose', '')], edges),
    workflow(
      'drafts',
      'a loose pair',
      [a, e, giving('l', '2', 'number'), giving('m', '2', 'number')],
      [...edges, 'l>m'],
    ),
    workflow('drafts', 'an edge to a node that is gone', [a, e], [...edges, 'a>zz']),
    workflow(
      'drafts',
      'an edge from a handle that is gone',
      [a, e, giving('b', '2', 'number')],
      [...edges, 'a:gone>b'],
    ),
    workflow('drafts', 'a node of an unknown type that nothing leads to', [a, e, node('x', 'not-a-type')], edges),
    workflow('drafts', 'no end', [a], ['start>a']),
    workflow('drafts', 'two starts', [a, e, node('other', 'start', { variables: [] })], edges),
    workflow('drafts', 'a circle', [a, giving('b', '1', 'number'), e], [...edges, 'a>b', 'b>a']),
    ending('an end without outputs', []),
    ending('an end with an empty row', [{ variable: '', value_selector: [] }, pick('r', 'a.r')]),
    ending('an end with a row of a node that is gone', [pick('r', 'zz.r')]),
    workflow(
      'drafts',
      'an answer',
      [a, node('answer', 'answer', { answer: 'r = {{#a.r#}}.', variables: [] })],
      ['start>a', 'a>answer'],
      { mode: 'advanced-chat' },
    ),
    workflow(
      'drafts',
      'two ends in parallel',
      [a, giving('b', '2.0', 'number'), e, end('f', { s: 'b.r' })],
      ['start>a', 'start>b', 'a>e', 'b>f'],
    ),
  ]
}
