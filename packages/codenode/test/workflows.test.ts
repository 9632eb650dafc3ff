import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox, runWorkflow, toJson, type WorkflowEvent } from '../src/index.ts'
import { code, end, graph, node, pick } from './support/graph.ts'
import { eventually } from './support/sandbox.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ spares: 2 })
})
afterAll(async () => {
  await sandbox?.close()
})

describe('a template', () => {
  const render = async (template: string, inputs: Record<string, unknown> = {}, settings: object = {}) => {
    const start = node('s', 'start', { variables: [{ variable: 'data', type: 'json_object' }] })
    const variables = Object.keys(inputs).map((name) => pick(name, `s.data.${name}`))
    const t = node('t', 'template-transform', { template, variables, ...settings })
    const document = graph([start, t, end('e', { text: 't.output' })], 's>t', 't>e')
    return await runWorkflow(document, { data: inputs }, { sandbox })
  }

  test.each<[string, Record<string, unknown>, string]>([
    ['{{ n }} {{ n + 1 }}', { n: 9007199254740993n }, '9007199254740993 9007199254740994'],
    [
      '{% for row in rows %}{{ loop.index }}={{ row.a | default("-") }};{% endfor %}',
      { rows: [{ a: 1 }, {}] },
      '1=1;2=-;',
    ],
    ['{{ missing }}|{{ none }}|{{ yes }}', { none: null, yes: true }, '|None|True'],
    ['{{ d | tojson }} {{ s | upper }}', { d: { é: 1 }, s: 'straße' }, '{"\\u00e9": 1} STRASSE'],
    ['{{ template }} {{ variables }} {{ self_ }}', { template: 'a', variables: 'b', self_: 'c' }, 'a b c'],
    ["it's {{ '{{' }} \"quoted\" \\n", {}, 'it\'s {{ "quoted" \\n'],
  ])('%s', async (template, inputs, text) => {
    const record = await render(template, inputs)
    expect(record.outputs, record.error?.message).toEqual({ text })
  })

  test.each([
    [
      'a\n{% if %}',
      "The template cannot be rendered (line 2). TemplateSyntaxError: Expected an expression, got 'end of statement block'",
    ],
    ['a\n\n{{ x.y.z }}', "The template cannot be rendered (line 3). UndefinedError: 'x' is undefined"],
    ['{{ 1 / 0 }}', 'The template cannot be rendered (line 1). ZeroDivisionError: division by zero'],
    [
      '{{ "".__class__.__mro__[1].__subclasses__() }}',
      "The template cannot be rendered (line 1). SecurityError: access to attribute '__class__' of 'str' object is unsafe.",
    ],
    [
      '{{ cycler.__init__.__globals__ }}',
      "The template cannot be rendered (line 1). SecurityError: access to attribute '__init__' of 'type' object is unsafe.",
    ],
  ])('%j fails with its line', async (template, message) => {
    const record = await render(template)
    expect(record).toMatchObject({ status: 'failed', error: { code: 'template_failed', type: 'CodeExecutionError' } })
    expect(record.error?.message).toBe(`The node "T" (t) failed. ${message}`)
  })

  test('keeps to the limits, and has an error strategy like a Code node', async () => {
    const limits = { ...sandbox.limits, maxStringLength: 10 }
    const document = graph(
      [node('s', 'start'), node('t', 'template-transform', { template: 'x'.repeat(11) }), end('e')],
      's>t',
      't>e',
    )
    expect(await runWorkflow(document, {}, { sandbox, limits })).toMatchObject({ error: { code: 'output_too_long' } })
    const handled = await render(
      '{{ 1 / 0 }}',
      {},
      {
        error_strategy: 'default-value',
        default_value: [{ key: 'output', type: 'string', value: 'none' }],
      },
    )
    expect(handled).toMatchObject({ status: 'partial-succeeded', outputs: { text: 'none' } })
  })
})

describe('a run', () => {
  const square = code(
    'in',
    'def main(x):\n  print("item", x)\n  return {"y": x * x}',
    { variables: { x: 'it.item' }, outputs: { y: 'number' } },
    'it',
  )
  const squares = graph(
    [
      node('s', 'start', { variables: [{ variable: 'data', type: 'json_object' }] }),
      node('it', 'iteration', {
        iterator_selector: ['s', 'data', 'list'],
        output_selector: ['in', 'y'],
        start_node_id: 'its',
        is_parallel: true,
        error_handle_mode: 'continue-on-error',
      }),
      node('its', 'iteration-start', {}, 'it'),
      square,
      end('e', { squares: 'it.output' }),
    ],
    's>it',
    'it>e',
    'its>in',
  )

  test('keeps all digits on the way, and tells logs with node and item', async () => {
    const events: WorkflowEvent[] = []
    const list = [3037000499, 'x', 94906267n]
    const record = await runWorkflow(
      squares,
      { data: { list } },
      { sandbox, onEvent: (event) => void events.push(event) },
    )
    expect(record).toMatchObject({
      status: 'partial-succeeded',
      outputs: { squares: [9223372030926249001n, null, 9007199515875289n] },
    })
    const logs = events.filter((event) => event.type === 'log')
    const told = logs.map(
      ({ nodeId, iteration, attempt, entry }) => `${nodeId}[${iteration?.index}] ${attempt}: ${entry.text}`,
    )
    expect(new Set(told)).toEqual(new Set(list.map((item, index) => `in[${index}] 1: item ${item}\n`)))
    expect(record.usage.cpuMs).toBeGreaterThan(0)
    expect(toJson(record)).toContain('9223372030926249001')
  })

  test('is cancelled while programs run: they are killed, and the record says so', async () => {
    const forever = code('c', 'def main():\n  print("on", flush=True)\n  while True: pass')
    const document = graph([node('s', 'start'), forever, end('e')], 's>c', 'c>e')
    const controller = new AbortController()
    const record = await runWorkflow(
      document,
      {},
      {
        sandbox,
        signal: controller.signal,
        onEvent: (event) => event.type === 'log' && controller.abort(),
      },
    )
    expect(record).toMatchObject({
      status: 'cancelled',
      nodes: [{ id: 's' }, { id: 'c', status: 'cancelled', run: { status: 'cancelled' } }],
    })
    await eventually('its place is free', () => sandbox.stats().running === 0)
  })

  test('fails when its results are too large together', async () => {
    const list = [1, 2, 3, 4]
    const long = code(
      'in',
      'def main(x): return {"y": "x" * 1000}',
      { variables: { x: 'it.item' }, outputs: { y: 'string' } },
      'it',
    )
    const document = { ...squares, nodes: squares.nodes.map((it) => (it.id === 'in' ? long : it)) }
    const record = await runWorkflow(document, { data: { list } }, { sandbox, totalBytes: 2500 })
    const { iterations } = record.nodes.find(({ id }) => id === 'it') ?? {}
    expect(iterations).toMatchObject({ succeeded: 2, failed: 2 })
    expect(record.nodes[1]?.error).toMatchObject({ details: { code: 'workflow_too_large' } })
  })

  test('stops its programs when its time is over', async () => {
    const forever = code('c', 'def main():\n  while True: pass')
    const record = await runWorkflow(
      graph([node('s', 'start'), forever, end('e')], 's>c', 'c>e'),
      {},
      { sandbox, wallMs: 200 },
    )
    expect(record).toMatchObject({ status: 'failed', error: { code: 'workflow_time_exceeded' } })
    await eventually('no program is left', () => sandbox.stats().running === 0)
  })

  test('of more nodes side by side than the line of the sandbox holds does not overfill it', async () => {
    await using narrow = await createSandbox({ runtimes: ['javascript'], spares: 1, maxRunning: 2, maxWaiting: 20 })
    const ids = Array.from({ length: 60 }, (_, i) => `c${i}`)
    const nodes = ids.map((id) => code(id, 'function main() { return {} }', { code_language: 'javascript' }))
    const document = graph([node('s', 'start'), ...nodes, end('e')], ...ids.flatMap((id) => [`s>${id}`, `${id}>e`]))
    const record = await runWorkflow(document, {}, { sandbox: narrow })
    expect([record.status, record.nodes.length]).toEqual(['succeeded', 62])
  })
})
