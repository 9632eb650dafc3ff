/** Workflows whose nodes read secrets of the environment, and what looks for those in what is told of a run. */
import { readFileSync } from 'node:fs'
import { code, end, type GraphNode, graph, node, pick } from './graph.ts'

/** What it holds must be nowhere, whichever way it was written. */
export const secret = 'tok_9f8e7d6c5b4a'

/** As a user sent it: a secret of which the document has no value, given as an input. */
export const asked = JSON.parse(
  readFileSync(new URL('../fixtures/secret-in-record.json', import.meta.url), 'utf8'),
) as {
  workflow: object
  inputs: Record<string, unknown>
}

/** A document with an environment: rows of name, type and value. */
export function withEnvironment(
  { nodes, edges }: { nodes: GraphNode[]; edges: object[] },
  ...rows: [name: string, type: string | undefined, value: unknown][]
) {
  const environment_variables = rows.map(([name, value_type, value]) => ({
    ...{ id: name, name, value, selector: ['env', name] },
    ...(value_type && { value_type }),
  }))
  const app = { name: 'Secrets', mode: 'workflow' }
  return { kind: 'app', version: '0.3.0', app, workflow: { environment_variables, graph: { nodes, edges } } }
}

const start = node('start', 'start', {
  variables: [{ variable: 'q', type: 'paragraph', required: false }],
})

const text = { r: 'string' }
const read = { variables: { k: 'env.API_KEY' }, outputs: text }

const python = code(
  'python',
  'import sys\ndef main(k):\n    print("key " + k)\n    sys.stdout.write(k[:6])\n    sys.stdout.flush()\n    sys.stderr.write("-")\n    sys.stderr.flush()\n    print(k[6:])\n    return {"r": "Bearer " + k}',
  read,
)
const javascript = node('javascript', 'code', {
  code_language: 'javascript',
  code: 'function main({ k }) { console.log({ k }); console.error(encodeURIComponent(k), Buffer.from(k).toString("base64")); return { r: JSON.stringify({ [k]: [k] }) } }',
  variables: [pick('k', 'python.r')],
  outputs: { r: { type: 'string' } },
})
/** Tried twice, and its message is given on. */
const failing = code('failing', 'def main(k):\n    key = k\n    raise ValueError(f"401 for {key!r}", {"k": [key]})', {
  ...read,
  retry_config: { retry_enabled: true, max_retries: 1, retry_interval: 0 },
  error_strategy: 'fail-branch',
})

/** Every way in which a node can come to a secret, and give it away. */
export const everyWay = graph(
  [
    start,
    python,
    javascript,
    failing,
    node('template', 'template-transform', { template: 'T {{ k }}', variables: [pick('k', 'env.API_KEY')] }),
    node('choose', 'if-else', {
      cases: [
        {
          case_id: 'true',
          conditions: [{ variable_selector: ['env', 'API_KEY'], comparison_operator: 'contains', value: 'tok' }],
        },
      ],
    }),
    code('list', 'def main(k):\n    return {"r": [k, "b " + k]}', { ...read, outputs: { r: 'array[string]' } }),
    node('loop', 'iteration', {
      ...{ iterator_selector: ['list', 'r'], output_selector: ['item', 'r'], start_node_id: 'first' },
    }),
    node('first', 'iteration-start', {}, 'loop'),
    code(
      'item',
      'def main(k):\n    print(k)\n    return {"r": k + "!"}',
      { variables: { k: 'loop.item' }, outputs: text },
      'loop',
    ),
    node('gather', 'variable-aggregator', { variables: [['env', 'API_KEY']], output_type: 'string' }),
    end('end', {
      ...{
        python: 'python.r',
        javascript: 'javascript.r',
        failure: 'failing.error_message',
        template: 'template.output',
      },
      ...{ loop: 'loop.output', gathered: 'gather.output' },
    }),
  ],
  ...['start>python', 'python>javascript', 'javascript>failing', 'failing:fail-branch>template', 'template>choose'],
  ...['choose:true>list', 'list>loop', 'first>item', 'loop>gather', 'gather>end'],
)

/** The forms in which the secret stands in what was told; none should. */
export function tracesOf(told: unknown): string[] {
  const all = typeof told === 'string' ? told : JSON.stringify(told)
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1)
  // Parts that are long enough to be used show that a secret was split.
  return [secret, secret.slice(0, 12), secret.slice(4), base64].filter((form) => all.includes(form))
}
