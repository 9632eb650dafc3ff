/** Numbers on their whole way: from what a caller writes, through nodes of both languages, to the record. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { node as codeNode, openDoor } from '../../codenode-server/test/support/http-door.ts'
import { readInputs } from '../src/cli/read-inputs.ts'
import { parseYaml } from '../src/config/parse-yaml.ts'
import { createSandbox, type RunningSandbox, readWorkflowText, rerunNode, runNode, runWorkflow } from '../src/index.ts'
import { parseLossless, stringifyLossless } from '../src/json/json.ts'
import { code, end, graph, node } from './support/graph.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ spares: 2 })
})
afterAll(async () => {
  await sandbox?.close()
})

const workflow = `app: {mode: workflow, name: t}
kind: app
version: 0.3.0
workflow:
  graph:
    edges:
      - {id: e1, source: s, target: a, sourceHandle: source, targetHandle: target}
      - {id: e2, source: a, target: b, sourceHandle: source, targetHandle: target}
      - {id: e3, source: b, target: c, sourceHandle: source, targetHandle: target}
      - {id: e4, source: c, target: z, sourceHandle: source, targetHandle: target}
    nodes:
      - {id: s, data: {type: start, title: S, variables: []}}
      - {id: a, data: {type: code, title: A, code_language: python3, code: "def main():\\n    return {'row': {'id': 1234567890123456789, 'price': 5.0}}", variables: [], outputs: {row: {type: object}}}}
      - {id: b, data: {type: code, title: B, code_language: python3, code: "def main(row):\\n    return {'t': repr(row)}", variables: [{variable: row, value_selector: [a, row]}], outputs: {t: {type: string}}}}
      - {id: c, data: {type: code, title: C, code_language: javascript, code: "function main({row}) { return { t: JSON.stringify(row) } }", variables: [{variable: row, value_selector: [a, row]}], outputs: {t: {type: string}}}}
      - {id: z, data: {type: end, title: Z, outputs: [{variable: t, value_selector: [b, t]}, {variable: u, value_selector: [c, t]}]}}
`

describe('a float', () => {
  test('and a long integer pass from node to node of both languages', async () => {
    const { outputs } = await runWorkflow(readWorkflowText(workflow), {}, { sandbox })
    expect(outputs).toEqual({
      t: "{'id': 1234567890123456789, 'price': 5.0}",
      u: '{"id":1234567890123456789,"price":5}',
    })
  })

  test('stays one through start, iteration, aggregator, template and end, and when a node is run again', async () => {
    const say = 'def main(x):\n    return {"t": repr(x), "x": x}\n'
    const outputs = { t: 'string', x: 'number' } as const
    const document = graph(
      [
        node('s', 'start', {
          variables: [
            { variable: 'n', type: 'number' },
            { variable: 'list', type: 'json_object' },
          ],
        }),
        code('a', say, { variables: { x: 's.n' }, outputs }),
        node('g', 'variable-aggregator', { variables: [['a', 'x']] }),
        code('b', say, { variables: { x: 'g.output' }, outputs }),
        node('t', 'template-transform', {
          template: '{{ x }} {{ l.prices[0] }}',
          variables: [
            { variable: 'x', value_selector: ['b', 'x'] },
            { variable: 'l', value_selector: ['s', 'list'] },
          ],
        }),
        code('d', say, { variables: { x: 's.list.prices.0' }, outputs }),
        end('e', { a: 'a.t', b: 'b.t', t: 't.output', d: 'd.t', x: 'b.x' }),
      ],
      ...['s>a', 'a>g', 'g>b', 'b>t', 't>d', 'd>e'],
    )
    const inputs = parseLossless('{"n":2.0,"list":{"prices":[3.0,4]}}')
    const record = await runWorkflow(document, inputs, { sandbox })
    expect(record.error).toBeNull()
    expect(record.outputs).toEqual({ a: '2.0', b: '2.0', t: '2.0 3.0', d: '3.0', x: 2 })
    expect(stringifyLossless(record.outputs)).toContain('"x":2.0')
    const again = await rerunNode({ workflow: document, record, nodeId: 'b' }, { sandbox })
    expect(again.outputs).toEqual({ t: '2.0', x: 2 })
  })

  test('stays one in an iteration, whose results are as exact', async () => {
    const text = `app: {mode: workflow}
workflow:
  graph:
    edges:
      - {source: s, target: l}
      - {source: l, target: i}
      - {source: ist, target: x}
      - {source: i, target: f}
      - {source: f, target: z}
    nodes:
      - {id: s, data: {type: start, title: S, variables: []}}
      - {id: l, data: {type: code, title: L, code_language: python3, code: "def main():\\n    return {'n': [1.0, 2, 2.5]}", variables: [], outputs: {n: {type: 'array[number]'}}}}
      - {id: i, data: {type: iteration, title: I, start_node_id: ist, iterator_selector: [l, n], output_selector: [x, y], output_type: 'array[number]'}}
      - {id: ist, parentId: i, data: {type: iteration-start, title: '', isInIteration: true}}
      - {id: x, parentId: i, data: {type: code, title: X, code_language: python3, code: "def main(v):\\n    return {'y': v}", variables: [{variable: v, value_selector: [i, item]}], outputs: {y: {type: number}}}}
      - {id: f, data: {type: code, title: F, code_language: python3, code: "def main(v):\\n    return {'t': repr(v)}", variables: [{variable: v, value_selector: [i, output]}], outputs: {t: {type: string}}}}
      - {id: z, data: {type: end, title: Z, outputs: [{variable: t, value_selector: [f, t]}]}}
`
    const { outputs, error } = await runWorkflow(readWorkflowText(text), {}, { sandbox })
    expect([error, outputs]).toEqual([null, { t: '[1.0, 2, 2.5]' }])
  })

  test('is an ordinary number for users of the library, and written as a float', async () => {
    const settings = codeNode('def main():\n    return {"x": 7.0, "rows": [{"p": 2.0, "n": 1}]}\n', {
      x: { type: 'number' },
      rows: { type: 'array[object]' },
    })
    const { outputs } = await runNode(settings as never, {}, { sandbox })
    expect(outputs).toStrictEqual({ x: 7, rows: [{ p: 2, n: 1 }] })
    expect(JSON.stringify(outputs)).toBe('{"x":7.0,"rows":[{"p":2.0,"n":1}]}')
  })

  test('arrives as one over HTTP, and is one in the answer', async () => {
    const door = await openDoor({ sandbox })
    try {
      const settings = codeNode(
        'def main(n, row):\n    return {"whole": n.is_integer(), "n": n, "t": repr(row)}\n',
        {
          whole: { type: 'boolean' },
          n: { type: 'number' },
          t: { type: 'string' },
        },
        ['n', 'row'],
      )
      const body = `{"node":${JSON.stringify(settings)},"inputs":{"n":5.0,"row":{"a":[1e3,1]}}}`
      const headers = { 'content-type': 'application/json' }
      const answer = await (await fetch(`${door.url}/v1/nodes/run`, { method: 'POST', headers, body })).text()
      expect(answer).toContain('"outputs":{"whole":true,"n":5.0,"t":"{\'a\': [1000.0, 1]}"}')
    } finally {
      await door.close()
    }
  })

  test('is one on the command line and in a file of inputs', () => {
    expect(stringifyLossless(readInputs({ pairs: ['x=7.0', 'y=7', 'z=[1.0,1]', 't:=7.0'] }))).toBe(
      '{"x":7.0,"y":7,"z":[1.0,1],"t":"7.0"}',
    )
    const yaml = parseYaml('x: 7.0\ny: 7\nlist: [1e3, 2, 2.5]\nid: 9007199254740993\n')
    expect(yaml.status === 'parsed' && stringifyLossless(yaml.value)).toBe(
      '{"x":7.0,"y":7,"list":[1e3,2,2.5],"id":9007199254740993}',
    )
  })
})

describe('a Decimal', () => {
  const amount = (value: string) =>
    codeNode(`from decimal import Decimal\ndef main():\n    return {"amount": ${value}}\n`, {
      amount: { type: 'number' },
    })

  test.each([
    ['Decimal("99999999999999999.99")', '99999999999999999.99'],
    ['Decimal("1234567890.12345678901")', '1234567890.12345678901'],
    ['Decimal(1) / Decimal(3)', '0.33333333333333333333'],
    ['Decimal("2.50")', '2.5'],
  ])('keeps its digits, up to the allowed places: %s', async (value, digits) => {
    const { outputs, error } = await runNode(amount(value) as never, {}, { sandbox })
    expect(error).toBeNull()
    expect(stringifyLossless(outputs)).toBe(`{"amount":${digits}}`)
  })

  test.each([
    ['Decimal("12345678901234567890")', 'output_out_of_range'],
    ['Decimal("1E-21")', 'output_too_precise'],
  ])('beyond the limits is refused: %s', async (value, failure) => {
    expect((await runNode(amount(value) as never, {}, { sandbox })).error?.code).toBe(failure)
  })
})

describe('numbers that are not finite', () => {
  test('in a table become null, with one warning in the record', async () => {
    const program = `import io
import pandas as pd

CSV = "name,seen,age\\nann,2024-01-01,3\\n,,\\n"

def main() -> dict:
    return {"rows": pd.read_csv(io.StringIO(CSV), parse_dates=["seen"])}
`
    const record = await runNode(codeNode(program, { rows: { type: 'array[object]' } }) as never, {}, { sandbox })
    expect(record).toMatchObject({
      status: 'succeeded',
      outputs: {
        rows: [
          { name: 'ann', seen: '2024-01-01T00:00:00', age: 3 },
          { name: null, seen: null, age: null },
        ],
      },
    })
    expect(record.warnings).toEqual([
      {
        code: 'number_not_finite',
        path: 'outputs.rows[1].age',
        message: 'outputs.rows[1].age became null, since it is NaN or infinite, which JSON has no number for.',
      },
    ])
  })
})

describe('bigIntegers', () => {
  const settings = {
    type: 'code',
    code_language: 'javascript',
    code: 'function main({ row }) { return { text: JSON.stringify(row), kind: typeof row.id } }',
    variables: [{ variable: 'row' }],
    outputs: { text: { type: 'string' }, kind: { type: 'string' } },
  } as const
  const inputs = { row: { id: 1234567890123456789n } }

  test('an id of 19 digits keeps them, and is rounded where the node says so', async () => {
    const exact = await runNode(settings as never, inputs, { sandbox })
    expect(exact.outputs).toEqual({ text: '{"id":1234567890123456789}', kind: 'bigint' })
    const rounded = await runNode({ ...settings, bigIntegers: 'number' } as never, inputs, { sandbox })
    expect(rounded.outputs).toEqual({ text: '{"id":1234567890123456800}', kind: 'number' })
  })

  test('of a sandbox hold where a node says nothing', async () => {
    const rounding = await createSandbox({ runtimes: ['javascript'], spares: 1, bigIntegers: 'number' })
    try {
      const { outputs } = await runNode(settings as never, inputs, { sandbox: rounding })
      expect(outputs).toMatchObject({ kind: 'number' })
      const own = await runNode({ ...settings, bigIntegers: 'bigint' } as never, inputs, { sandbox: rounding })
      expect(own.outputs).toMatchObject({ kind: 'bigint' })
    } finally {
      await rounding.close()
    }
  })
})
