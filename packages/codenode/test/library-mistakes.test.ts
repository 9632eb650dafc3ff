/** What callers get wrong in JavaScript, where no types hold them: each mistake is told with a code and a place. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createClient } from '../src/client/create-client.ts'
import {
  type Codenode,
  CodenodeError,
  createCodenode,
  type RunRecord,
  readNodeText,
  readWorkflowText,
  type WorkflowRecord,
} from '../src/index.ts'
import { handled } from './support/workflows.ts'

let codenode: Codenode
let past: WorkflowRecord
beforeAll(async () => {
  codenode = await createCodenode({ packages: 'none', spares: 0 })
  past = await codenode.runWorkflow(handled, { n: 1 })
})
afterAll(() => codenode.close())

/** The code and the issues of what is thrown. */
async function refusalOf(act: () => unknown): Promise<string[]> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof CodenodeError)) throw error
    // instanceof cannot know the code, which decides the type of the details.
    const { issues } = error.details as { issues: { path: string; message: string }[] }
    return [String(error.code), ...issues.map(({ path, message }) => `${path} ${message}`)]
  }
  throw new Error('it was not refused')
}

const one = 'def main():\n    return {"n": 1}'
const node = { type: 'code', code: one, outputs: { n: { type: 'number' } } } as const
// As a program without types gives it.
const wrong = (value: unknown) => value as never

describe('is told', () => {
  test.each([
    [
      'a path in place of a text',
      () => codenode.runWorkflow('flow.yml'),
      /^workflow_invalid workflow is the string "flow\.yml"/,
    ],
    ['a text that holds another', () => codenode.runWorkflow('"a: 1"'), /^workflow_invalid workflow is the string/],
    ['no text', () => readWorkflowText(wrong(undefined)), /^workflow_invalid workflow is missing; it must be a text/],
    ['no text of a node', () => readNodeText(wrong(5)), /^node_invalid node is the number 5; it must be a text/],
    [
      'an entry of a graph',
      () => codenode.runNode(wrong({ id: 'a', data: node })),
      /^node_invalid node is an entry of a graph/,
    ],
    [
      'inputs in a Map',
      () => codenode.runNode(node, wrong(new Map([['x', 1]]))),
      /^inputs_invalid inputs is an object of Map/,
    ],
    [
      'inputs of a program in a Map',
      () => codenode.runCode('python', one, new Map([['x', 1]])),
      /^inputs_invalid inputs is an object of Map/,
    ],
    [
      'inputs of a workflow in a Date',
      () => codenode.runWorkflow(handled, new Date()),
      /^inputs_invalid inputs is an object of Date/,
    ],
    [
      'an option that is misspelt',
      () => codenode.runCode('python', one, null, wrong({ titel: 'x' })),
      /^configuration_invalid options\.titel .*Did you mean title\?/,
    ],
    [
      'an option of nodes',
      () => codenode.runCode('python', one, null, wrong({ nodeId: 'x' })),
      /^configuration_invalid options\.nodeId is not an option/,
    ],
    [
      'a past run that is none',
      () => codenode.rerunNode(wrong({ workflow: handled, record: {}, nodeId: 'fails' })),
      /^configuration_invalid request\.record\.nodes is missing/,
    ],
    [
      'no past run',
      () => codenode.rerunNode(wrong({ workflow: handled, record: null, nodeId: 'fails' })),
      /^configuration_invalid request\.record is null/,
    ],
    [
      'no id of a node',
      () => codenode.rerunNode(wrong({ workflow: handled, record: past, nodeId: 5 })),
      /^configuration_invalid request\.nodeId is the number 5/,
    ],
    [
      'inputs that are none',
      () => codenode.rerunNode(wrong({ workflow: handled, record: past, nodeId: 'fails', inputs: 5 })),
      /^configuration_invalid request\.inputs is the number 5/,
    ],
    [
      'a member that there is not',
      () => codenode.rerunNode(wrong({ workflow: handled, record: past, nodeId: 'fails', inputz: {} })),
      /^configuration_invalid request\.inputz .*Did you mean inputs\?/,
    ],
    [
      'stand-ins from no run',
      () => codenode.runWorkflow(handled, { n: 1 }, wrong({ standInsFrom: 7 })),
      /^configuration_invalid options\.standInsFrom is the number 7/,
    ],
  ] as const)('%s', async (_, act, expected) => {
    expect((await refusalOf(act)).join(' ')).toMatch(expected)
  })

  test('an edge that leads nowhere, with the node that is close', async () => {
    const data = { type: 'end', title: 'End', outputs: [] }
    const nodes = [
      { id: 'start', data: { type: 'start', title: 'Start', variables: [] } },
      { id: 'finish', data },
    ]
    const record = await codenode.runWorkflow({ nodes, edges: [{ source: 'start', target: 'finsh' }] }, {})
    expect(record.warnings.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('is "finsh"; no node has that id. Did you mean "finish"?') as string,
    )
  })

  test('where a client should look, and where it looked', async () => {
    expect(() => createClient(wrong({ baseURL: 'http://here' }))).toThrow('createClient needs baseUrl')
    expect(() => createClient(wrong(undefined))).toThrow('createClient needs baseUrl')
    const nobody = createClient({ baseUrl: 'http://127.0.0.1:9' })
    await expect(nobody.status()).rejects.toThrow('The service at http://127.0.0.1:9 cannot be reached')
  })
})

test('a program has a /tmp where the limits of its run ask for one', async () => {
  const code = 'def main():\n    open("/tmp/a", "w").write("x")\n    return {"n": open("/tmp/a").read()}'
  const refused = await codenode.runCode('python', code)
  expect(refused.error?.code).toBe('operation_blocked')
  expect(await codenode.runCode('python', code, null, { limits: { tmpMb: 16 } })).toMatchObject({ outputs: { n: 'x' } })
})

test('options may be null, as inputs may', async () => {
  expect(await codenode.runCode('python', one, null, null)).toMatchObject({ outputs: { n: 1 } })
})

test.each([
  [
    'throws what no text can say',
    () => {
      throw Object.create(null)
    },
  ],
  ['rejects', () => Promise.reject(new Error('the database is down'))],
])('a listener that %s changes no run, and warns', async (_, onEvent) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  try {
    const printing = 'def main():\n    print("here", flush=True)\n    return {"n": 1}'
    const run: RunRecord = await codenode.runCode('python', printing, null, { onEvent: wrong(onEvent) })
    expect(run.status).toBe('succeeded')
    expect((await codenode.runWorkflow(handled, { n: 1 }, { onEvent: wrong(onEvent) })).status).toBe(
      'partial-succeeded',
    )
    await vi.waitFor(() => expect(warn.mock.calls.length).toBeGreaterThan(5))
  } finally {
    warn.mockRestore()
  }
})

test.each([
  [
    'throws',
    () => {
      throw new Error('no')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no'))],
])('a listener of warnings that %s does not keep from starting', async (_, onWarning) => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  try {
    const options = { runtimes: ['python'], spares: 0, packagesDir: '/tmp', onWarning } as const
    await using other = await createCodenode(wrong(options))
    expect((await other.runCode('python', one)).status).toBe('succeeded')
  } finally {
    warn.mockRestore()
  }
})

test('a secret that is spelt like a declared output hides its value alone', async () => {
  const code = 'const main = ({ x }) => ({ total: 1, ok: x })'
  const outputs = { total: { type: 'number' }, ok: { type: 'string' } } as const
  const record = await codenode.runCode('javascript', code, { x: 'total' }, { secrets: ['x'], outputs })
  expect(record.outputs).toEqual({ total: 1, ok: '••••' })
})

test.each([5, 11])(
  'limits of %i ms keep no sandbox from starting: its probes have time of their own',
  async (wallMs) => {
    await using quick = await createCodenode({ packages: 'none', spares: 0, limits: { wallMs } })
    expect(quick.isolation.layers).not.toEqual({})
  },
)
