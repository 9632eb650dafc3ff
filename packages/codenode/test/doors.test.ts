/** All doors give the same record for the same request. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runCommand } from '../src/cli/run-command.ts'
import type { withSandbox } from '../src/cli/with-sandbox.ts'
import { createClient } from '../src/client/index.ts'
import type { RunRecord } from '../src/contract/record.ts'
import type { WorkflowRecord } from '../src/contract/workflow-record.ts'
import { writeWorkflowText } from '../src/document/document-text.ts'
import { parseLossless, stringifyLossless } from '../src/json/json.ts'
import { createSandbox, type RunningSandbox } from '../src/pool/create-sandbox.ts'
import { runNode } from '../src/run/run-node.ts'
import { findDataDir } from '../src/sandbox/find-paths.ts'
import { runWorkflow } from '../src/workflow/run-workflow.ts'
import { type Asked, requests } from './support/requests.ts'
import { startService, type TestService } from './support/service.ts'
import { workflows } from './support/workflows.ts'

const run = promisify(execFile)
const bin = path.resolve(import.meta.dirname, '../bin/codenode.js')

/** What the command runs in where it is called in this process; each process of its own warms an interpreter. */
let sandboxOfTheCommand: RunningSandbox | undefined
vi.mock('../src/cli/with-sandbox.ts', async (importOriginal) => {
  const given: typeof withSandbox = async (_config, _use, run) => {
    if (!sandboxOfTheCommand) throw new Error('the test has given no sandbox')
    return await run({ sandbox: sandboxOfTheCommand, signal: new AbortController().signal })
  }
  return { ...(await importOriginal<object>()), withSandbox: given }
})

/** What differs from run to run: ids, times, figures. */
function comparable(record: RunRecord): unknown {
  const withoutTimes = <Logs extends { logs: RunRecord['logs'] }>({ logs }: Logs) =>
    logs.map(({ stream, text }) => ({ stream, text }))
  const { id: _id, startedAt: _startedAt, usage: _usage, attempts, ...rest } = record
  const tried = attempts.map(({ startedAt: _at, durationMs: _ms, usage: _used, ...attempt }) => ({
    ...attempt,
    logs: withoutTimes(attempt),
  }))
  return { ...rest, logs: withoutTimes(record), attempts: tried }
}

describe('the same forty requests', () => {
  let folder: string
  let service: TestService
  let expected: Map<string, unknown>

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'codenode-doors-'))
    service = await startService({ packages: 'installed' })
    const sandbox = await createSandbox({ spares: 1 })
    try {
      const records = await Promise.all(requests.map(({ node, inputs }) => runNode(node, inputs, { sandbox })))
      expected = new Map(requests.map(({ name }, index) => [name, comparable(records[index] as RunRecord)]))
    } finally {
      await sandbox.close()
    }
  }, 120_000)

  afterAll(async () => {
    await service?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const expectSame = (asked: Asked, record: RunRecord) =>
    expect({ name: asked.name, record: comparable(record) }).toEqual({
      name: asked.name,
      record: expected.get(asked.name),
    })

  test('are forty, of every kind', () => {
    expect(requests).toHaveLength(40)
    const statuses = [...expected.values()].map((record) => (record as RunRecord).status)
    expect(new Set(statuses)).toEqual(new Set(['succeeded', 'failed', 'exception']))
  })

  test('through HTTP and the typed client', async () => {
    const client = createClient({ baseUrl: service.address })
    for (const asked of requests) expectSame(asked, await client.runNode({ node: asked.node, inputs: asked.inputs }))
  }, 120_000)

  test('through MCP', async () => {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', service.address)))
    try {
      for (const asked of requests) {
        const args = { node: asked.node, inputs: asked.inputs } as Record<string, unknown>
        const answer = await client.callTool({ name: 'run_node', arguments: args })
        // The tool's output schema is that of a record.
        expectSame(asked, answer.structuredContent as RunRecord)
      }
    } finally {
      await client.close()
    }
  }, 120_000)

  test('through the command', async () => {
    await using sandbox = await createSandbox({ spares: 1 })
    sandboxOfTheCommand = sandbox
    for (const asked of requests) {
      const printed: string[] = []
      const stdout = vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
      try {
        const { file, inputsFile } = writeFiles(asked, folder)
        await runCommand(file, { input: [], inputs: inputsFile, json: true })
      } finally {
        stdout.mockRestore()
      }
      expectSame(asked, parseLossless(printed.join('')) as RunRecord)
    }
  }, 120_000)

  test('through the command line: one of each language and end', async () => {
    const data = path.join(folder, 'data')
    symlinkSync(findDataDir(), data)
    const seen = new Set<unknown>()
    const few = requests.filter(({ name, node }) => {
      const marks = [(expected.get(name) as RunRecord).status, node.code_language]
      const isNew = marks.some((it) => !seen.has(it))
      for (const mark of marks) seen.add(mark)
      return isNew
    })
    expect(seen).toEqual(new Set(['succeeded', 'failed', 'exception', 'python3', 'javascript', 'typescript']))
    await Promise.all(few.map(async (asked) => expectSame(asked, await runByCommand(asked, { folder, data }))))
  }, 300_000)
})

/** What differs from run to run, in the record of a workflow and everything inside. */
function comparableWorkflow(record: WorkflowRecord): unknown {
  const varying = ['id', 'startedAt', 'durationMs', 'atMs', 'usage']
  const within = (value: unknown, isNode: boolean): unknown => {
    if (Array.isArray(value)) return value.map((element) => within(element, isNode))
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value).filter(([name]) => !varying.includes(name) || (isNode && name === 'id'))
    return Object.fromEntries(
      members.map(([name, member]) => [name, within(member, name === 'nodes' || name === 'node')]),
    )
  }
  return within(record, false)
}

describe('the same workflows', () => {
  let service: TestService
  const expected = new Map<string, unknown>()

  beforeAll(async () => {
    service = await startService({ packages: 'installed' })
    await using sandbox = await createSandbox({ spares: 1 })
    for (const [name, workflow] of Object.entries(workflows)) {
      expected.set(name, comparableWorkflow(await runWorkflow(workflow, { n: 4 }, { sandbox })))
    }
  }, 120_000)
  afterAll(() => service?.close())

  const cases = Object.entries(workflows).flatMap(([name, workflow]) => [
    { name, form: 'an object', workflow },
    { name, form: 'YAML', workflow: writeWorkflowText(workflow) },
  ])

  test.each(cases)('$name through HTTP, as $form', async ({ name, workflow }) => {
    const record = await createClient({ baseUrl: service.address }).runWorkflow({ workflow, inputs: { n: 4 } })
    expect(comparableWorkflow(record)).toEqual(expected.get(name))
  })

  test.each(cases)('$name through MCP, as $form', async ({ name, workflow }) => {
    const client = new Client({ name: 'test', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', service.address)))
    try {
      const answer = await client.callTool({ name: 'run_workflow', arguments: { workflow, inputs: { n: 4 } } })
      // The tool's output schema is that of a record.
      expect(comparableWorkflow(answer.structuredContent as WorkflowRecord)).toEqual(expected.get(name))
    } finally {
      await client.close()
    }
  })
})

function writeFiles({ name, node, inputs }: Asked, folder: string): { file: string; inputsFile: string } {
  const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}.json`)
  const inputsFile = file.replace('.json', '-inputs.json')
  writeFileSync(file, stringifyLossless(node))
  writeFileSync(inputsFile, stringifyLossless(inputs))
  return { file, inputsFile }
}

async function runByCommand(asked: Asked, { folder, data }: { folder: string; data: string }) {
  const { file, inputsFile } = writeFiles(asked, folder)
  const env = { PATH: process.env.PATH, CODENODE_DATA_DIR: data }
  const { stdout } = await run(process.execPath, [bin, 'run', file, '--inputs', inputsFile, '--json'], { env }).catch(
    // It ends with 1 where the code failed; the record is printed all the same.
    (error: Error & { stdout?: string }) => {
      if (error.stdout) return { stdout: error.stdout }
      throw error
    },
  )
  return parseLossless(stdout) as RunRecord
}
