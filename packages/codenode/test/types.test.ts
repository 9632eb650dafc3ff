// The types of the public door. `npm run check` checks them; the sandbox that they would need is not started.
import { expect, expectTypeOf, test } from 'vitest'
import type { Client } from '../src/client/index.ts'
import {
  type AnyCodenodeError,
  type CodeNodeInput,
  type Codenode,
  CodenodeError,
  defineNode,
  type HandledOutputs,
  type InputsOf,
  type Issue,
  isCodenodeError,
  type JsonValue,
  type OutputsOf,
  type RecordError,
  type RunEvent,
  type RunRecord,
  type WorkflowNodeRecord,
  type WorkflowRecord,
} from '../src/index.ts'

const node = defineNode({
  type: 'code',
  code_language: 'python3',
  code: 'def main(numbers, name): return {}',
  variables: [{ variable: 'numbers', value_type: 'array[number]' }, { variable: 'name' }],
  outputs: {
    average: { type: 'number' },
    names: { type: 'array[string]' },
    place: { type: 'object', children: { town: { type: 'string' } } },
    rows: { type: 'array[object]', children: { done: { type: 'boolean' } } },
    rest: { type: 'object' },
  },
})

type Expected = {
  average: number | bigint | null
  names: (string | null)[] | null
  place: { town: string | null } | null
  rows: ({ done: boolean | null } | null)[] | null
  rest: { [key: string]: JsonValue } | null
}

test('a node that is defined knows its inputs and outputs', () => {
  expectTypeOf<OutputsOf<typeof node>>().toEqualTypeOf<Expected>()
  expectTypeOf<InputsOf<typeof node>>().toEqualTypeOf<{
    numbers?: (number | bigint | null)[] | null | undefined
    name?: unknown
  }>()
  expect(node.outputs.average).toEqual({ type: 'number' })
})

test('a run of it over HTTP has these types, too', () => {
  type Run = (client: Client) => unknown
  const runs: Run[] = [
    async (client) => {
      const record = await client.runNode({ node, inputs: { numbers: [1] } })
      expectTypeOf(record).toEqualTypeOf<RunRecord<Expected>>()
    },
    async (client) => {
      const record = await client.runNode({ node, outputs: 'any' })
      expectTypeOf(record).toEqualTypeOf<RunRecord>()
    },
    async (client) => {
      const plain: CodeNodeInput = node as unknown as CodeNodeInput
      expectTypeOf(await client.runNode({ node: plain })).toEqualTypeOf<RunRecord>()
    },
    // @ts-expect-error Inputs that the node does not have.
    (client) => client.runNode({ node, inputs: { numbers: 'one' } }),
    // @ts-expect-error A request has no such member.
    (client) => client.runNode({ node, input: {} }),
  ]
  expect(runs).toHaveLength(5)
})

test('a run of it has these types, and refuses other inputs', () => {
  const bare = defineNode({ type: 'code', code: '', outputs: {} })
  type Run = (codenode: Codenode) => unknown
  const runs: Run[] = [
    async (codenode) => {
      const record = await codenode.runNode(node, { numbers: [1] })
      expectTypeOf(record).toEqualTypeOf<RunRecord<Expected>>()
      if (record.status !== 'succeeded') return
      expectTypeOf(record.outputs.average).toEqualTypeOf<number | bigint | null>()
    },
    // @ts-expect-error: numbers is a list of numbers
    (codenode) => codenode.runNode(node, { numbers: 'one' }),
    // @ts-expect-error: the node has no such variable
    (codenode) => codenode.runNode(node, { number: [1] }),
    // @ts-expect-error: the node has no variables
    (codenode) => codenode.runNode(bare, { number: [1] }),
    // @ts-expect-error: there is no such type of an output
    () => defineNode({ ...node, outputs: { average: { type: 'integer' } } }),
  ]
  expect(runs).toHaveLength(5)
})

test('a node from elsewhere takes and gives values of any names', () => {
  expectTypeOf<OutputsOf<CodeNodeInput>>().toEqualTypeOf<Record<string, unknown>>()
  expectTypeOf<InputsOf<CodeNodeInput>>().toEqualTypeOf<Record<string, unknown>>()
  const run = (codenode: Codenode, given: CodeNodeInput) => codenode.runNode(given, { any: 1 })
  expectTypeOf(run).returns.resolves.toEqualTypeOf<RunRecord>()
})

test('a program has the outputs that are asked for, or any', () => {
  const any = (codenode: Codenode) => codenode.runCode('python', 'def main(): return {}')
  expectTypeOf(any).returns.resolves.toEqualTypeOf<RunRecord>()
  const declared = (codenode: Codenode) =>
    codenode.runCode('python', 'def main(): return {"n": 1}', {}, { outputs: { n: { type: 'number' } } })
  expectTypeOf(declared).returns.resolves.toEqualTypeOf<RunRecord<{ n: number | bigint | null }>>()
})

test('the status of a record tells what it has', () => {
  const read = (record: RunRecord<{ n: number }>) => {
    switch (record.status) {
      case 'succeeded':
        expectTypeOf(record.outputs.n).toEqualTypeOf<number>()
        expectTypeOf(record.error).toEqualTypeOf<null>()
        return record.outputs.n
      case 'exception':
        expectTypeOf(record.outputs).toEqualTypeOf<HandledOutputs<{ n: number }>>()
        expectTypeOf(record.error).toEqualTypeOf<RecordError>()
        expectTypeOf(record.branch).toEqualTypeOf<'source' | 'fail-branch'>()
        return record.outputs.error_message
      case 'failed':
      case 'cancelled':
        expectTypeOf(record.outputs).toEqualTypeOf<null>()
        expectTypeOf(record.error).toEqualTypeOf<RecordError>()
        return record.error.code
    }
  }
  expectTypeOf(read).returns.not.toBeUndefined()
  const ofWorkflow = (record: WorkflowRecord) => {
    if (record.status === 'failed' || record.status === 'cancelled') {
      expectTypeOf(record.error).toEqualTypeOf<RecordError>()
    } else expectTypeOf(record.outputs).not.toBeNull()
  }
  const ofNode = (record: WorkflowNodeRecord) => {
    if (record.status === 'skipped') expectTypeOf(record.startedAt).toEqualTypeOf<null>()
    else expectTypeOf(record.startedAt).toEqualTypeOf<string>()
  }
  expect([read, ofWorkflow, ofNode]).toHaveLength(3)
})

test('the type of an event tells what it has', () => {
  const read = (event: RunEvent) => {
    if (event.type === 'result') expectTypeOf(event.record).toEqualTypeOf<RunRecord>()
    if (event.type === 'attempt' && event.attempt.status === 'succeeded') {
      expectTypeOf(event.attempt.error).toEqualTypeOf<null>()
    }
  }
  expect(read).toBeTypeOf('function')
})

test('an error that is caught is narrowed by its codes, details included', () => {
  const caught: unknown = new CodenodeError('node_invalid', { issues: [{ path: 'code', message: 'is empty.' }] })
  if (!isCodenodeError(caught, 'node_invalid', 'inputs_invalid')) throw new Error('it is one')
  expectTypeOf(caught.details.issues).toExtend<readonly Issue[]>()
  expect(caught.details.issues).toHaveLength(1)
  if (!isCodenodeError(caught)) throw new Error('it is one')
  expectTypeOf<AnyCodenodeError>().toExtend<Error>()
  expect(isCodenodeError(caught, 'sandbox_lost')).toBe(false)
  expect(isCodenodeError(new Error('another'))).toBe(false)

  const read = (error: AnyCodenodeError) => {
    if (error.code === 'rerun_refused') expectTypeOf(error.details.nodeId).toEqualTypeOf<string>()
  }
  expect(read).toBeTypeOf('function')
})
