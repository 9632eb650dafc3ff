/** What a service and the command line keep of runs with secrets, and how such runs are run again. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { everyWay, secret, tracesOf, withEnvironment } from './support/secret-workflows.ts'
import { patientLimits, startService, type TestService } from './support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ packages: 'installed', env: { ...patientLimits, CODENODE_LOG_LEVEL: 'trace' } })
})
afterAll(async () => {
  await service?.close()
})

type Answer = { status: number; text: string; body: Record<string, unknown> }

async function call(
  method: string,
  place: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(service.address + place, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.includes('json')
  return { status: response.status, text, body: isJson ? (JSON.parse(text) as Answer['body']) : {} }
}

/** What a client can read of a run, and what is in the files of the data folder. */
async function allOf(id: unknown): Promise<string[]> {
  const places = ['', '/request', '/events'].map((end) => `/v1/runs/${String(id)}${end}`)
  const told = await Promise.all([...places, '/v1/runs'].map(async (place) => (await call('GET', place)).text))
  return [...told, ...filesIn(service.dataDir), service.printed()]
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes('packages'))
  return files.map(({ parentPath, name }) => readFileSync(path.join(parentPath, name), 'latin1'))
}

const without = withEnvironment(everyWay, ['API_KEY', 'secret', ''])
const holding = withEnvironment(everyWay, ['API_KEY', 'secret', secret])
const given = { 'env.API_KEY': secret }

describe('a service', () => {
  test.each<[string, object]>([
    ['given as an input', { workflow: without, inputs: { q: 'a', ...given } }],
    ['of the document', { workflow: holding, inputs: { q: 'a' } }],
    ['of a document in YAML', { workflow: stringify(holding), inputs: { q: 'a' } }],
    ['that another input holds', { workflow: holding, inputs: { q: `my key is ${secret}` } }],
    ['that is marked', { workflow: without, inputs: { q: secret, 'env.API_KEY': 'another-key' }, secrets: ['q'] }],
  ])('keeps no secret %s: in no file, record, event or log', async (_, asked) => {
    const { status, text, body } = await call('POST', '/v1/workflows/run', asked)
    expect([status, body.status]).toEqual([200, 'partial-succeeded'])
    expect(tracesOf([text, await allOf(body.id)])).toEqual([])
  })

  test('tells none in live events', async () => {
    const asked = { workflow: without, inputs: given }
    const { body } = await call('POST', '/v1/workflows/run', asked, { prefer: 'respond-async' })
    const { text } = await call('GET', `/v1/runs/${String(body.id)}/events`)
    expect(text).toContain('key ••••')
    expect(tracesOf(text)).toEqual([])
    // Read again they are the same, from the history as well.
    expect((await call('GET', `/v1/runs/${String(body.id)}/events`)).text).toBe(text)
  })

  test('shows the request with masks, and the names of what they stand for', async () => {
    const { body } = await call('POST', '/v1/workflows/run', { workflow: without, inputs: { q: 'a', ...given } })
    const request = await call('GET', `/v1/runs/${String(body.id)}/request`)
    expect(request.body).toEqual({
      workflow: without,
      inputs: { q: 'a', 'env.API_KEY': '••••' },
      secrets: ['env.API_KEY'],
      rerunOf: null,
    })
  })

  test('refuses to replay without the secret, by its name, and replays with it', async () => {
    for (const asked of [{ workflow: without, inputs: given }, { workflow: holding }]) {
      const { body } = await call('POST', '/v1/workflows/run', asked)
      const place = `/v1/runs/${String(body.id)}/replay`
      const refused = await call('POST', place, {})
      expect(refused.status).toBe(422)
      expect(refused.body).toMatchObject({ code: 'inputs_invalid', issues: [{ path: 'inputs["env.API_KEY"]' }] })
      const again = await call('POST', place, { inputs: given })
      expect([again.body.status, again.body.outputs]).toEqual([body.status, body.outputs])
      expect(tracesOf([again.text, await allOf(again.body.id)])).toEqual([])
    }
  })

  test('asks for an input that was hidden, too', async () => {
    const asked = { workflow: holding, inputs: { q: `my key is ${secret}` } }
    const { body } = await call('POST', '/v1/workflows/run', asked)
    const place = `/v1/runs/${String(body.id)}/replay`
    const refused = await call('POST', place, { inputs: given })
    expect(refused.body).toMatchObject({ code: 'inputs_invalid', issues: [{ path: 'inputs.q' }] })
    expect((await call('POST', place, { inputs: { ...given, q: 'none' } })).body.status).toBe('partial-succeeded')
  })

  test('says that a document with the secret elsewhere was not kept whole', async () => {
    const elsewhere = { ...holding, description: `use ${secret}` }
    const { body } = await call('POST', '/v1/workflows/run', { workflow: elsewhere })
    const refused = await call('POST', `/v1/runs/${String(body.id)}/replay`, { inputs: given })
    expect(refused.body).toMatchObject({ code: 'replay_refused' })
    expect(refused.text).toContain('was not kept whole')
  })

  test('hides a secret in what nodes are stood in for with, and asks for it', async () => {
    const standIns = { python: { r: `Bearer ${secret}` } }
    const { text, body } = await call('POST', '/v1/workflows/run', { workflow: without, inputs: given, standIns })
    expect(tracesOf([text, await allOf(body.id)])).toEqual([])
    const place = `/v1/runs/${String(body.id)}/replay`
    const refused = await call('POST', place, { inputs: given })
    expect(refused.body).toMatchObject({ code: 'inputs_invalid', issues: [{ path: 'standIns' }] })
    const again = await call('POST', place, { inputs: given, standIns })
    expect(again.body.outputs).toMatchObject({ python: 'Bearer ••••' })
  })

  test('runs a node again with the secret given anew', async () => {
    const { body } = await call('POST', '/v1/workflows/run', { workflow: without, inputs: given })
    const place = `/v1/runs/${String(body.id)}/nodes/python/rerun`
    expect((await call('POST', place, {})).body).toMatchObject({
      code: 'inputs_invalid',
      issues: [{ path: 'inputs["env.API_KEY"]' }],
    })
    const again = await call('POST', place, { inputs: given })
    expect(again.body.outputs).toEqual({ r: 'Bearer ••••' })
    expect(tracesOf([again.text, await allOf(again.body.id)])).toEqual([])
  })

  test('keeps no secret of a single node', async () => {
    const node = {
      ...{ type: 'code', title: 'T', code: 'def main(k):\n    print(k)\n    raise ValueError(k)', outputs: {} },
      variables: [{ variable: 'k' }],
    }
    const { text, body } = await call('POST', '/v1/nodes/run', { node, inputs: { k: secret }, secrets: ['k'] })
    expect(body.error).toMatchObject({ message: 'ValueError: ••••' })
    const request = await call('GET', `/v1/runs/${String(body.id)}/request`)
    expect(request.body).toMatchObject({ node, inputs: { k: '••••' }, secrets: ['k'] })
    expect(tracesOf([text, await allOf(body.id)])).toEqual([])
    const masked = await call('POST', '/v1/nodes/run', { node, inputs: { k: '••••' }, secrets: ['k'] })
    expect(masked.body).toMatchObject({ code: 'inputs_invalid', issues: [{ path: 'inputs.k' }] })
  })

  test('keeps none for an agent', async () => {
    const call = {
      name: 'run_code',
      arguments: {
        language: 'js',
        code: 'const main = ({ k }) => { throw new Error(k) }',
        inputs: { k: secret },
        secrets: ['k'],
      },
    }
    const response = await fetch(`${service.address}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call }),
    })
    const text = await response.text()
    expect(text).toContain('Error: ••••')
    expect(tracesOf([text, filesIn(service.dataDir)])).toEqual([])
  })
})

describe('the command line', () => {
  const bin = fileURLToPath(new URL('../bin/codenode.js', import.meta.url))

  const folder = mkdtempSync(path.join(tmpdir(), 'codenode-secrets-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function codenode(args: string[]): Promise<{ exitCode: number | null; said: string }> {
    const env = { ...process.env, CODENODE_DATA_DIR: service.dataDir }
    const child = spawn(process.execPath, [bin, ...args], { cwd: service.dataDir, env })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said += text))
    child.stdin.end()
    const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { exitCode, said }
  }

  test('shows and keeps no secret, asks for it, and replays with it', async () => {
    const file = path.join(folder, 'workflow.json')
    writeFileSync(file, JSON.stringify(without))
    const run = await codenode(['run', file, '--input', `env.API_KEY=${secret}`])
    expect(run).toMatchObject({ exitCode: 0 })
    const [, id = ''] = /run (run_[0-9a-f]{32})/.exec(run.said) ?? []
    const refused = await codenode(['replay', id])
    expect(refused).toMatchObject({ exitCode: 2 })
    expect(refused.said).toContain('env.API_KEY')
    const replayed = await codenode(['replay', id, '--input', `env.API_KEY=${secret}`])
    const node = await codenode(['rerun', id, 'python', '--input', `env.API_KEY=${secret}`])
    expect([replayed.exitCode, node.exitCode]).toEqual([0, 0])
    expect(tracesOf([run.said, replayed.said, node.said, filesIn(service.dataDir)])).toEqual([])
  })
})
