/** The object of the library: one start, and everything that can be run with it. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import * as library from '../src/index.ts'
import {
  type Codenode,
  createCodenode,
  defineNode,
  fromJson,
  isCodenodeError,
  type RunEvent,
  readNodeText,
  toJson,
} from '../src/index.ts'

const examples = path.resolve(import.meta.dirname, '../../../examples')
const orderTotal = readFileSync(path.join(examples, 'workflows/order-total-0.2.yml'), 'utf8')

let codenode: Codenode
beforeAll(async () => {
  codenode = await createCodenode({ limits: { wallMs: 3000 }, spares: 1 })
})
afterAll(() => codenode.close())

describe('runCode', () => {
  test.each([
    ['python', 'def main(n):\n    return {"square": n * n}'],
    ['javascript', 'const main = ({ n }) => ({ square: n * n })'],
    ['typescript', 'export const main = ({ n }: { n: number }): object => ({ square: n * n })'],
  ] as const)('runs %s and keeps what main returns', async (language, code) => {
    const record = await codenode.runCode(language, code, { n: 12 })
    expect(record).toMatchObject({ status: 'succeeded', outputs: { square: 144 }, node: { title: 'Code' } })
  })

  test('checks outputs that are declared', async () => {
    const outputs = { n: { type: 'number' } } as const
    const code = 'def main(text):\n    return {"n": text}'
    const wrong = await codenode.runCode('python', code, { text: 'no number' }, { outputs, title: 'Count' })
    expect(wrong).toMatchObject({ status: 'failed', error: { code: 'output_wrong_type' }, node: { title: 'Count' } })
    const right = await codenode.runCode('python', code, { text: 2n ** 60n }, { outputs })
    expect(right.outputs).toEqual({ n: 2n ** 60n })
  })

  test('takes the options of a run', async () => {
    const events: RunEvent['type'][] = []
    const record = await codenode.runCode('python', 'def main():\n    while True: pass', null, {
      limits: { wallMs: 200 },
      onEvent: ({ type }) => events.push(type),
    })
    expect(record.error?.message).toBe('The code ran longer than 200 ms.')
    expect(events).toEqual(['status', 'attempt', 'status', 'result'])
  })

  test('refuses what is no language by name, before anything runs', async () => {
    // As JavaScript could call it.
    const run = codenode.runCode('python3' as 'python', 'def main(): return {}')
    await expect(run).rejects.toMatchObject({ code: 'node_invalid' })
    await expect(run).rejects.toThrow('python, javascript or typescript')
  })
})

describe('runNode', () => {
  test('runs a node that is defined in the program', async () => {
    const node = defineNode({
      type: 'code',
      code: 'def main(numbers): return {"average": sum(numbers) / len(numbers)}',
      variables: [{ variable: 'numbers', value_type: 'array[number]' }],
      outputs: { average: { type: 'number' } },
    })
    const record = await codenode.runNode(node, { numbers: [1, 2, 6] }, { nodeId: 'a' })
    expect(record).toMatchObject({ status: 'succeeded', outputs: { average: 3 }, node: { id: 'a' } })
    expect((await codenode.runNode(node)).error?.code).toBe('code_threw')
  })

  test.each([
    [
      'YAML',
      'type: code\ncode: |\n  def main(n):\n      return {"n": n}\nvariables: [{variable: n}]\noutputs: {n: {type: number}}\n',
    ],
    [
      'the node of an export',
      'id: "7"\ndata:\n  type: code\n  code: "def main(n): return {\'n\': n}"\n  variables: [{variable: n}]\n  outputs: {n: {type: number}}\n',
    ],
    [
      'JSON',
      '{"type": "code", "code": "def main(n): return {\'n\': n}", "variables": [{"variable": "n"}], "outputs": {"n": {"type": "number"}}}',
    ],
  ])('runs a node from text: %s', async (_, text) => {
    const record = await codenode.runNode(readNodeText(text), { n: 9007199254740993n })
    expect(record.outputs).toEqual({ n: 9007199254740993n })
  })

  test('keeps all digits of a default value in the text', async () => {
    const text =
      'type: code\ncode: "def main(): return {}"\noutputs: {n: {type: number}}\nerror_strategy: default-value\ndefault_value: [{key: n, type: number, value: 9007199254740993}]\n'
    expect((await codenode.runNode(readNodeText(text))).outputs).toMatchObject({ n: 9007199254740993n })
  })
})

describe('text that holds no node', () => {
  const issuesOf = (text: string) => {
    try {
      readNodeText(text)
    } catch (error) {
      if (isCodenodeError(error, 'node_invalid')) return error.details.issues.map((it) => `${it.path} ${it.message}`)
      throw error
    }
    return []
  }

  test('is refused with the place, or with what it is', () => {
    expect(issuesOf('type: code\n  code: x: y\n')[0]).toMatch(/^line \d+, column \d+ /)
    expect(issuesOf(orderTotal)).toEqual(['node is a workflow; a node is an object with type: code, code and outputs.'])
    expect(issuesOf('[1]')).toEqual([
      'node is an array (1 item); a node is an object with type: code, code and outputs.',
    ])
    expect(issuesOf('')).toHaveLength(1)
  })
})

describe('runWorkflow', () => {
  test('runs a document, or its text', async () => {
    const record = await codenode.runWorkflow(orderTotal, { order: 'tea,2,450', currency: 'USD' })
    expect(record.status).toBe('succeeded')
    const only = await codenode.runOnlyCode(orderTotal, { order: 'tea,2,450', currency: 'USD' })
    expect(only.nodes.length).toBeGreaterThan(0)
  })

  test('runs a node of it again', async () => {
    const record = await codenode.runWorkflow(orderTotal, { order: 'tea,2,450', currency: 'USD' })
    const code = record.nodes.find(({ type }) => type === 'code')
    const again = await codenode.rerunNode({ workflow: orderTotal, record, nodeId: code?.id ?? '' })
    expect(again).toMatchObject({ status: 'succeeded', outputs: code?.outputs })
  })
})

describe('validate', () => {
  test('tells what a document is, and all that is wrong with it', () => {
    expect(codenode.validate(orderTotal)).toMatchObject({ kind: 'workflow', valid: true, issues: [] })
    const node = { type: 'code', code: '', outputs: { 'my total': { type: 'number' } } }
    const found = codenode.validate(node)
    expect(found).toMatchObject({
      kind: 'node',
      valid: false,
      issues: [{ path: 'code' }, { path: 'outputs["my total"]' }],
    })
    expect(codenode.validate(JSON.stringify(node))).toEqual(found)
    expect(codenode.validate({ ...node, code: 'x', outputs: {} })).toEqual({
      ...{ kind: 'node', valid: true, issues: [], warnings: [] },
    })
  })

  test('tells a workflow what stands in for its nodes', () => {
    const text = readFileSync(path.join(examples, 'workflows/with-model-0.3.yml'), 'utf8')
    expect(codenode.validate(text)).toMatchObject({ kind: 'workflow', valid: false })
    expect(codenode.validate(text, { standIns: 'made' })).toMatchObject({ valid: true })
  })

  test.each(['a: [', 'just text', '', '42'])('tells what is no document: %j', (text) => {
    const { valid, issues } = codenode.validate(text)
    expect({ valid, count: issues.length }).toEqual({ valid: false, count: 1 })
  })
})

test('a record is written and read with all its digits', async () => {
  const record = await codenode.runCode('python', 'def main(): return {"n": 2**60}')
  expect(() => JSON.stringify(record)).toThrow(TypeError)
  expect(toJson(record)).toContain('"n":1152921504606846976')
  expect(fromJson(toJson(record))).toEqual(record)
})

test('it tells what holds, what is there and what goes on', async () => {
  expect(codenode.limits).toMatchObject({ wallMs: 3000 })
  expect(codenode.isolation.layers).toHaveProperty('seccomp')
  expect(Object.keys(codenode.packages())).toEqual(['python', 'javascript'])
  await expect.poll(() => codenode.stats()).toMatchObject({ running: 0, waiting: 0 })
})

test('a run that goes on while it is closed says so', async () => {
  const other = await createCodenode({ runtimes: ['python'], packages: 'none', spares: 0 })
  const code = 'import time\ndef main():\n    print("on", flush=True)\n    time.sleep(60)\n    return {}'
  const { promise: isOn, resolve } = Promise.withResolvers<void>()
  const run = other.runCode('python', code, null, { onEvent: ({ type }) => type === 'log' && resolve() })
  await isOn
  await other.close()
  expect(await run).toMatchObject({ status: 'failed', error: { code: 'sandbox_closed' } })
})

test('it ends with its block, and refuses runs from then on', async () => {
  let kept: Codenode
  {
    await using other = await createCodenode({ runtimes: ['javascript'], packages: 'none', spares: 0 })
    kept = other
    expect((await other.runCode('javascript', 'const main = () => ({ a: 1 })')).outputs).toEqual({ a: 1 })
  }
  const after = await kept.runCode('javascript', 'const main = () => ({ a: 1 })')
  expect(after).toMatchObject({ status: 'failed', error: { code: 'sandbox_closed' } })
})

test('the library exports what an embedder needs, and nothing that happens to be there', () => {
  const ofRuns = [
    'createCodenode',
    'createSandbox',
    'runNode',
    'runWorkflow',
    'runOnlyCode',
    'rerunNode',
    'findNodeRecord',
  ]
  const ofDocuments = [
    'readNodeText',
    'readWorkflowText',
    'writeWorkflowText',
    'parseNode',
    'parseWorkflow',
    'defineNode',
  ]
  const ofChecks = ['checkNode', 'checkWorkflow', 'makeStandIns', 'writeStandIns', 'defaultLimits', 'failures']
  const ofResults = ['CodenodeError', 'isCodenodeError', 'toJson', 'fromJson']
  expect(Object.keys(library).toSorted()).toEqual([...ofRuns, ...ofDocuments, ...ofChecks, ...ofResults].toSorted())
  expectTypeOf<library.IsolationLevel>().toExtend<string>()
  expectTypeOf<library.Language>().toEqualTypeOf<'python' | 'javascript' | 'typescript'>()
})
