/** Secrets of runs: the code gets them as they are, and nothing that is told of a run has them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createSandbox,
  type RunningSandbox,
  rerunNode,
  runNode,
  runOnlyCode,
  runWorkflow,
  type WorkflowEvent,
  type WorkflowRecord,
} from '../src/index.ts'
import { code, end, graph, node } from './support/graph.ts'
import { asked, everyWay, secret, tracesOf, withEnvironment } from './support/secret-workflows.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ spares: 1 })
})
afterAll(async () => {
  await sandbox?.close()
})

async function run(document: unknown, inputs: object = {}, secrets?: string[]) {
  const events: WorkflowEvent[] = []
  const record = await runWorkflow(document, inputs, { sandbox, secrets, onEvent: (event) => events.push(event) })
  return { record, events }
}

const nodeOf = ({ nodes }: WorkflowRecord, id: string) => nodes.find((it) => it.id === id)

const echo = (variables: Record<string, string>) =>
  graph(
    [
      node('start', 'start', { variables: [{ variable: 'q', type: 'paragraph', required: false }] }),
      code('c', 'def main(k):\n    return {"r": str(len(str(k))), "k": k}', {
        variables,
        outputs: { r: 'string', k: 'string' },
      }),
      end('end', { r: 'c.r', k: 'c.k' }),
    ],
    ...['start>c', 'c>end'],
  )
const echoKey = echo({ k: 'env.API_KEY' })

describe('a secret of the environment', () => {
  test('that is given as an input is used and not recorded', async () => {
    const { record, events } = await run(asked.workflow, asked.inputs)
    expect(record).toMatchObject({ status: 'succeeded', outputs: { out: '16' } })
    expect(nodeOf(record, 'c')?.inputs).toEqual({ k: '••••' })
    expect(tracesOf([record, events])).toEqual([])
  })

  test('is hidden wherever a node can put it: outputs, logs, errors, tracebacks, iterations, events', async () => {
    const { record, events } = await run(withEnvironment(everyWay, ['API_KEY', 'secret', secret]))
    expect(record).toMatchObject({
      status: 'partial-succeeded',
      outputs: {
        python: 'Bearer ••••',
        javascript: '{"Bearer ••••":["Bearer ••••"]}',
        template: 'T ••••',
        loop: ['••••!', 'b ••••!'],
        gathered: '••••',
      },
    })
    expect(record.outputs?.failure).toContain("401 for '••••'")
    expect(nodeOf(record, 'failing')?.run?.attempts.map(({ error }) => error?.traceback?.includes('••••'))).toEqual([
      ...[true, true],
    ])
    expect(nodeOf(record, 'choose')?.outputs).toEqual({ result: true, selected_case_id: 'true' })
    expect(
      nodeOf(record, 'python')
        ?.run?.logs.map(({ text }) => text)
        .join(''),
    ).toContain('key ••••\n')
    expect(tracesOf([record, events])).toEqual([])
  })

  test('the events tell the pieces of output that the record has', async () => {
    const { record, events } = await run(withEnvironment(everyWay, ['API_KEY', 'secret', secret]))
    const told = events.flatMap((event) => (event.type === 'log' && event.nodeId === 'python' ? [event.entry] : []))
    expect(told).toEqual(nodeOf(record, 'python')?.run?.logs)
  })

  test.each<[name: string, value: unknown, inputs: object, k: unknown]>([
    ['in the document', secret, {}, '••••'],
    ['that is text of digits', '12345678', {}, '••••'],
    ['that is short', 'ab', {}, '••••'],
    ['that is empty', '', {}, ''],
    ['of several lines', `-----BEGIN\n${secret}\n-----END`, {}, '••••'],
    ['with quotes and backslashes', 'a"b\\c\'d', {}, '••••'],
    ['in place of that of the document', 'old-key', { 'env.API_KEY': secret }, '••••'],
  ])('%s is hidden', async (_, value, inputs, k) => {
    const { record } = await run(withEnvironment(echoKey, ['API_KEY', 'secret', value]), inputs)
    const length = String('env.API_KEY' in inputs ? secret : value).length
    expect([record.outputs, nodeOf(record, 'c')?.inputs]).toEqual([{ r: String(length), k }, { k }])
  })

  test.each<[name: string, type: string | undefined, inputs: object, k: string]>([
    ['another type', 'string', {}, secret],
    ['another type, given as an input', 'string', { 'env.API_KEY': secret }, secret],
    ['no type', undefined, {}, secret],
    ['no type, given as an input', undefined, { 'env.API_KEY': secret }, '••••'],
  ])('a variable of %s: its value is %s', async (_, type, inputs, k) => {
    const { record } = await run(withEnvironment(echoKey, ['API_KEY', type, secret]), inputs)
    expect(record.outputs).toEqual({ r: '16', k })
  })

  test('given as its mask is refused where a node reads it', async () => {
    const document = withEnvironment(echoKey, ['API_KEY', 'secret', '••••'], ['OTHER', 'secret', '••••'])
    await expect(run(document)).rejects.toMatchObject({
      code: 'inputs_invalid',
      details: { issues: [{ path: 'inputs["env.API_KEY"]' }] },
    })
  })

  test('stays hidden in the outputs of a result that another thread reads', async () => {
    const large = graph(
      [
        node('start', 'start', { variables: [] }),
        code('c', 'def main(k):\n    return {"r": "x" * 300_000 + k}', {
          variables: { k: 'env.API_KEY' },
          outputs: { r: 'string' },
        }),
        end('end', { r: 'c.r' }),
      ],
      ...['start>c', 'c>end'],
    )
    const { record } = await run(withEnvironment(large, ['API_KEY', 'secret', secret]))
    expect(record.outputs?.r).toBe(`${'x'.repeat(300_000)}••••`)
    expect(tracesOf(record)).toEqual([])
  })
})

describe('an input that is marked', () => {
  test('is hidden, and what holds it', async () => {
    const { record, events } = await run(echo({ k: 'start.q' }), { q: secret }, ['q'])
    expect(record.outputs).toEqual({ r: '16', k: '••••' })
    expect(tracesOf([record, events])).toEqual([])
  })

  test('under a name that is no input is refused, as it would stay in sight', async () => {
    await expect(run(echo({ k: 'start.q' }), { q: secret }, ['Q'])).rejects.toMatchObject({
      code: 'inputs_invalid',
      details: { issues: [{ path: 'secrets[0]' }] },
    })
  })

  const settings = (language: 'python3' | 'javascript', program: string, value_type?: string) => ({
    type: 'code' as const,
    title: 'T',
    code_language: language,
    code: program,
    variables: [{ variable: 'k', value_selector: ['env', 'K'], ...(value_type && { value_type }) }],
    outputs: { r: { type: 'string' as const } },
  })
  const throwing = {
    python3: 'def main(k):\n    print(k)\n    raise ValueError(f"no {k}")',
    javascript: 'function main({ k }) { console.log(k); throw new Error("no " + k) }',
  }

  test.each(['python3', 'javascript'] as const)('of a node in %s', async (language) => {
    const events: unknown[] = []
    const onEvent = (event: unknown) => events.push(event)
    const record = await runNode(
      settings(language, throwing[language]),
      { k: secret },
      { sandbox, onEvent, secrets: ['k'] },
    )
    expect(record.error?.message).toContain('no ••••')
    expect(record.logs.map(({ text }) => text)).toEqual(['••••\n'])
    expect(tracesOf([record, events])).toEqual([])
  })

  test('of type secret needs no mark', async () => {
    const node = settings('python3', 'def main(k):\n    return {"r": k}', 'secret')
    const record = await runNode(node, { k: secret }, { sandbox })
    expect(record.outputs).toEqual({ r: '••••' })
  })

  test.each<[string, string, unknown, object]>([
    ['a number', 'def main(k):\n    return {"r": str(k), "n": k}', 123_456, { r: '••••', n: '••••' }],
    ['an object', 'def main(k):\n    return {"r": k["of"][0], "n": 1}', { of: [secret] }, { r: '••••', n: 1 }],
    ['a wrong output', 'def main(k):\n    return {"r": [k], "n": k}', secret, {}],
  ])('as %s', async (_, program, k, outputs) => {
    const node = {
      ...settings('python3', program),
      outputs: { r: { type: 'string' as const }, n: { type: 'number' as const } },
    }
    const record = await runNode(node, { k }, { sandbox, secrets: ['k'] })
    expect(record.outputs ?? {}).toEqual(outputs)
    expect(tracesOf(record)).toEqual([])
  })
})

describe('a node that is run again', () => {
  const document = withEnvironment(everyWay, ['API_KEY', 'secret', secret])
  let record: WorkflowRecord
  beforeAll(async () => {
    ;({ record } = await run(document))
  })

  test.each(['python', 'template', 'choose', 'gather'])('%s takes the secret from the document', async (nodeId) => {
    const again = await rerunNode({ workflow: document, record, nodeId }, { sandbox })
    expect([again.status, again.outputs]).toEqual(['succeeded', nodeOf(record, nodeId)?.outputs])
    expect(tracesOf(again)).toEqual([])
  })

  test('takes it from the caller where the document has none', async () => {
    const without = withEnvironment(everyWay, ['API_KEY', 'secret', ''])
    const inputs = { 'env.API_KEY': secret }
    const again = await rerunNode({ workflow: without, record, nodeId: 'python', inputs }, { sandbox })
    expect(again.outputs).toEqual({ r: 'Bearer ••••' })
    await expect(rerunNode({ workflow: without, record, nodeId: 'python' }, { sandbox })).rejects.toMatchObject({
      code: 'inputs_invalid',
      details: { issues: [{ path: 'inputs["env.API_KEY"]' }] },
    })
  })

  test('asks for what was made of it, and hides that as well', async () => {
    await expect(rerunNode({ workflow: document, record, nodeId: 'javascript' }, { sandbox })).rejects.toMatchObject({
      code: 'inputs_invalid',
      details: { issues: [{ path: 'inputs.k' }] },
    })
    const inputs = { k: 'another key' }
    const again = await rerunNode({ workflow: document, record, nodeId: 'javascript', inputs }, { sandbox })
    expect(again.outputs).toEqual({ r: '{"••••":["••••"]}' })
  })
})

describe('only the Code nodes', () => {
  test.each<[string, string, object]>([
    ['from the document', secret, {}],
    ['given as env.NAME', '', { 'env.API_KEY': secret }],
    ['given as the variable of a node', '', { 'c.k': secret }],
    ['given by the name of the variable', '', { k: secret }],
  ])('hide a secret %s', async (_, value, inputs) => {
    const document = withEnvironment(echoKey, ['API_KEY', 'secret', value])
    const record = await runOnlyCode(document, inputs, { sandbox })
    expect(record.outputs).toEqual({ c: { r: '16', k: '••••' } })
    expect(tracesOf(record)).toEqual([])
  })

  test('hide an input that is marked', async () => {
    const record = await runOnlyCode(echo({ k: 'start.q' }), { 'start.q': secret }, { sandbox, secrets: ['start.q'] })
    expect(record.outputs).toEqual({ c: { r: '16', k: '••••' } })
  })
})
