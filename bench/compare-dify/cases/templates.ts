import { pick } from '../../../packages/codenode/test/support/graph.ts'
import type { Case } from '../case.ts'
import { end, giving, node, workflow } from './workflow.ts'

/** Templates: what values look like in them, and what goes wrong. */
export function templateCases(): Case[] {
  const values = [
    ...[
      ['2.0', 'number'],
      ['2', 'number'],
      ['True', 'boolean'],
      ['None', 'string'],
      ['"a<b>"', 'string'],
    ],
    ...[
      ['[1.0, 2]', 'object'],
      ['{"a": [1.0]}', 'object'],
      ['["a"]', 'array[string]'],
      ['"1e-5 "', 'string'],
    ],
  ] as const
  const render = (name: string, value: string, type: string, template: string) =>
    workflow(
      'templates',
      name,
      [
        giving('c', type === 'object' && value.startsWith('[') ? `{"v": ${value}}` : value, type),
        node('t', 'template-transform', { template, variables: [pick('x', 'c.r')] }),
        end('e', { text: 't.output' }),
      ],
      ['start>c', 'c>t', 't>e'],
    )
  return [
    ...values.map(([value, type]) => render(`{{ x }} of ${value}`, value, type, '[{{ x }}]')),
    render('a loop', '["a", "b"]', 'array[string]', '{% for i in x %}{{ loop.index }}{{ i }},{% endfor %}'),
    render('a filter', '2.0', 'number', '{{ "%.1f" | format(x) }} {{ x | int }} {{ x + 1 }}'),
    render('an unknown name', '1', 'number', '[{{ y }}]'),
    render('a member of an unknown name', '1', 'number', '[{{ y.z }}]'),
    render('a broken template', '1', 'number', '{% if x %}'),
    render('line ends', '1', 'number', 'a\n\nb\n'),
    render('only a number in scientific form', '1', 'number', '1e-5'),
    render('tojson', '{"a": 1.0}', 'object', '{{ x | tojson }}'),
    render('an attack on the template', '1', 'number', '{{ x.__class__ }}'),
  ]
}
