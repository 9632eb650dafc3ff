import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createSandbox,
  type RunningSandbox,
  readWorkflowText,
  rerunNode,
  runOnlyCode,
  runWorkflow,
  type WorkflowRecord,
} from '../src/index.ts'
import { code, end, graph, node, pick } from './support/graph.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ spares: 2 })
})
afterAll(async () => {
  await sandbox?.close()
})

const folder = new URL('../../../examples/workflows/', import.meta.url)
const readExample = (file: string): string => readFileSync(new URL(file, folder), 'utf8')

describe('a node of a past run', () => {
  const document = graph(
    [
      node('s', 'start', { variables: [{ variable: 'list', type: 'json_object' }] }),
      node('it', 'iteration', {
        iterator_selector: ['s', 'list', 'of'],
        output_selector: ['in', 'y'],
        start_node_id: 'in',
        error_handle_mode: 'continue-on-error',
      }),
      code('in', 'def main(x): return {"y": 10 // x}', { variables: { x: 'it.item' }, outputs: { y: 'number' } }, 'it'),
      node('q', 'if-else', {
        cases: [
          {
            case_id: 'many',
            conditions: [{ variable_selector: ['it', 'output'], comparison_operator: 'contains', value: '5' }],
          },
        ],
      }),
      node('t', 'template-transform', { template: '{{ a }}', variables: [pick('a', 'it.output')] }),
      node('u', 'template-transform', { template: 'no', variables: [] }),
      end('e', { t: 't.output' }),
    ],
    's>it',
    'it>q',
    'q:many>t',
    'q:false>u',
    't>e',
    'u>e',
  )
  let record: WorkflowRecord
  beforeAll(async () => {
    record = await runWorkflow(document, { list: { of: [2, 0, 5] } }, { sandbox })
  })

  test('runs again with the same inputs, or with changed ones', async () => {
    const again = await rerunNode({ workflow: document, record, nodeId: 't' }, { sandbox })
    expect(again).toMatchObject({
      id: 't',
      status: 'succeeded',
      inputs: { a: [5, null, 2] },
      outputs: { output: '[5, None, 2]' },
    })
    const changed = await rerunNode({ workflow: document, record, nodeId: 't', inputs: { a: 1 } }, { sandbox })
    expect(changed).toMatchObject({ inputs: { a: 1 }, outputs: { output: '1' }, run: { status: 'succeeded' } })
    const branch = await rerunNode(
      { workflow: document, record, nodeId: 'q', inputs: { 'it.output': [] } },
      { sandbox },
    )
    expect(branch).toMatchObject({ branch: 'false', outputs: { result: false, selected_case_id: 'false' } })
  })

  test('inside an iteration: the item that failed, or the one that is named', async () => {
    expect(await rerunNode({ workflow: document, record, nodeId: 'in' }, { sandbox })).toMatchObject({
      status: 'failed',
      inputs: { x: 0 },
    })
    expect(await rerunNode({ workflow: document, record, nodeId: 'in', item: 2 }, { sandbox })).toMatchObject({
      outputs: { y: 2 },
    })
    const mended = await rerunNode({ workflow: document, record, nodeId: 'in', inputs: { x: 1 } }, { sandbox })
    expect(mended).toMatchObject({ status: 'succeeded', outputs: { y: 10 } })
  })

  test('the whole run can be replayed from its record', async () => {
    const again = await runWorkflow(document, record.nodes[0]?.inputs, { sandbox })
    expect([again.status, again.outputs]).toEqual([record.status, record.outputs])
  })

  test.each([
    ['zz', 'The node "zz" cannot be run again: the workflow has no such node.'],
    ['s', 'The node "s" cannot be run again: it is of type start.'],
    ['it', 'The node "it" cannot be run again: it is of type iteration.'],
    ['u', 'The node "u" cannot be run again: it was skipped before it had inputs.'],
  ])('is refused: %s', async (nodeId, message) => {
    await expect(rerunNode({ workflow: document, record, nodeId }, { sandbox })).rejects.toMatchObject({
      code: 'rerun_refused',
      message,
    })
  })

  test('inputs that it does not have are refused by name', async () => {
    const rerun = rerunNode({ workflow: document, record, nodeId: 't', inputs: { b: 1 } }, { sandbox })
    await expect(rerun).rejects.toMatchObject({
      code: 'inputs_invalid',
      details: { issues: [{ path: 'inputs.b', message: 'is not an input of the node; it has a.' }] },
    })
  })
})

describe('only the Code nodes of an export', () => {
  const document = (): unknown => readWorkflowText(readExample('with-model-0.3.yml'))
  const ids = Object.fromEntries(
    (
      document() as { workflow: { graph: { nodes: { id: string; data: { title: string } }[] } } }
    ).workflow.graph.nodes.map(({ id, data }) => [data.title, id]),
  )
  const html = '<p>Tea is a drink.</p>'
  const summary = '- tea\n- drink\nmore\n- hot\n- cold'

  test.each([
    [
      'the outputs of the nodes that are not run',
      { [`${ids['Fetch the page']}.body`]: html, [`${ids.Summarise}.text`]: summary },
    ],
    [
      'the same, nested by node',
      { [ids['Fetch the page'] ?? '']: { body: html }, [ids.Summarise ?? '']: { text: summary } },
    ],
    [
      "the nodes' own variables",
      { [`${ids['Take out the text']}.html`]: html, [`${ids['List the points']}.summary`]: summary },
    ],
    ['plain names', { html, summary }],
  ])('run with %s', async (_, inputs) => {
    const record = await runOnlyCode(document(), inputs, { sandbox })
    expect(record.outputs, record.error?.message).toEqual({
      [ids['Take out the text'] ?? '']: { text: 'Tea is a drink.' },
      [ids['List the points'] ?? '']: { points: ['tea', 'drink', 'hot'], saved: 15 - summary.length },
    })
  })

  test('what has no value is named, with the ways to give it', async () => {
    await expect(runOnlyCode(document(), { html }, { sandbox })).rejects.toMatchObject({
      code: 'inputs_invalid',
      message:
        'The inputs are wrong.\n- inputs has no value for summary of "List the points", which comes from "Summarise", a node of ' +
        `type llm; it must have one of "${ids.Summarise}.text", "${ids['List the points']}.summary", "summary".`,
    })
  })

  test('one that fails does not stop the others; what hangs on it alone is skipped', async () => {
    const nodes = [
      node('l', 'llm'),
      code('a', 'def main(t): raise ValueError(t)', { variables: { t: 'l.text' }, outputs: { y: 'string' } }),
      code('b', 'def main(y): return {}', { variables: { y: 'a.y' } }),
      code('c', 'def main(): return {"z": 1}', { outputs: { z: 'number' } }),
      code('d', 'def main(): raise ValueError()', { outputs: {}, error_strategy: 'fail-branch' }),
      code('f', 'def main(m): return {"m": m}', { variables: { m: 'd.error_type' }, outputs: { m: 'string' } }),
    ]
    const record = await runOnlyCode({ nodes }, { 'l.text': 'x' }, { sandbox })
    expect(Object.fromEntries(record.nodes.map(({ id, status }) => [id, status]))).toEqual({
      ...{ a: 'failed', b: 'skipped', c: 'succeeded', d: 'exception', f: 'succeeded' },
    })
    expect(record).toMatchObject({ status: 'failed', exceptionsCount: 1, error: { details: { nodeId: 'a' } } })
  })

  test('is refused where there is none, or where they read each other in a circle', async () => {
    await expect(runOnlyCode({ nodes: [node('l', 'llm')] }, {}, { sandbox })).rejects.toMatchObject({
      code: 'workflow_invalid',
    })
    const circle = [
      code('a', 'def main(x): return {"y": x}', { variables: { x: 'b.y' }, outputs: { y: 'number' } }),
      code('b', 'def main(x): return {"y": x}', { variables: { x: 'a.y' }, outputs: { y: 'number' } }),
    ]
    await expect(runOnlyCode({ nodes: circle }, {}, { sandbox })).rejects.toMatchObject({ code: 'workflow_invalid' })
    expect(await runOnlyCode({ nodes: circle }, { 'a.x': 4 }, { sandbox })).toMatchObject({
      outputs: { a: { y: 4 }, b: { y: 4 } },
    })
  })
})
