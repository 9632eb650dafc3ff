/** dify-sandbox's routes, against the service's own OpenAPI document. */

import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { ApiChecker, type Door, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
let api: ApiChecker

beforeAll(async () => {
  sandbox = await openSandbox({ spares: 1 })
  // A key, so that a wrong one can be tried, too.
  door = await openDoor({ sandbox, env: { CODENODE_API_KEYS: key } })
  api = new ApiChecker((await (await fetch(`${door.url}/openapi.json`)).json()) as ApiChecker['document'])
})
afterAll(async () => {
  await door?.close()
  await sandbox?.close()
})

const key = 'a-key-for-this-test-alone'
const runPath = '/v1/sandbox/run'
const dependencies = '/v1/sandbox/dependencies'

type Case = {
  title: string
  method: 'GET' | 'POST'
  path: string
  query?: string
  body?: unknown
  given?: string
  expected: { status: number; code?: number }
}

const cases: Case[] = [
  ...(['python3', 'nodejs'] as const).map((language) => ({
    title: `a program (${language})`,
    method: 'POST' as const,
    path: runPath,
    body: { language, code: language === 'python3' ? 'print(1)' : 'console.log(1)', preload: '', enable_network: true },
    expected: { status: 200, code: 0 },
  })),
  {
    title: 'a program that fails',
    method: 'POST',
    path: runPath,
    body: { language: 'python3', code: '1 / 0' },
    expected: { status: 200, code: 0 },
  },
  {
    title: 'no code',
    method: 'POST',
    path: runPath,
    body: { language: 'python3' },
    expected: { status: 200, code: -400 },
  },
  {
    title: 'an unknown language',
    method: 'POST',
    path: runPath,
    body: { language: 'ruby', code: 'p 1' },
    expected: { status: 400, code: -400 },
  },
  { title: 'a body that is none', method: 'POST', path: runPath, body: [1], expected: { status: 200, code: -400 } },
  { title: 'a wrong key', method: 'POST', path: runPath, body: {}, given: 'wrong', expected: { status: 401 } },
  {
    title: 'the packages',
    method: 'GET',
    path: dependencies,
    query: '?language=python3',
    expected: { status: 200, code: 0 },
  },
  { title: 'the packages of nothing', method: 'GET', path: dependencies, expected: { status: 200, code: -400 } },
  {
    title: 'the packages, read anew',
    method: 'GET',
    path: `${dependencies}/refresh`,
    query: '?language=nodejs',
    expected: { status: 200, code: 0 },
  },
  {
    title: 'an update',
    method: 'POST',
    path: `${dependencies}/update`,
    body: { language: 'python3' },
    expected: { status: 200, code: 0 },
  },
  {
    title: 'an update of an unknown language',
    method: 'POST',
    path: `${dependencies}/update`,
    body: { language: 'perl' },
    expected: { status: 400, code: -400 },
  },
]

test.each(cases)('$method $path: $title is answered as the document says', async (one) => {
  const { method, path, query = '', body, given = key, expected } = one
  const sent = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = { 'x-api-key': given, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  const response = await fetch(door.url + path + query, { method, headers, ...sent })
  const text = await response.text()
  const contentType = response.headers.get('content-type') ?? ''
  expect(response.status).toBe(expected.status)
  if (response.status === 401) {
    // Nothing more than its status is promised.
    expect(text).toBe('')
    expect(api.operations.some((it) => it.path === path && '401' in it.operation.responses)).toBe(true)
    return
  }
  const envelope = JSON.parse(text) as { code: number }
  expect(envelope.code).toBe(expected.code)
  expect(api.faultsOf(method, path, { status: response.status, contentType, body: envelope })).toEqual([])
})

test('the cases above meet every route of dify-sandbox that the document names', () => {
  const described = api.operations.filter(({ path }) => path.startsWith('/v1/sandbox'))
  const met = new Set(cases.map(({ method, path }) => `${method} ${path}`))
  expect(described.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([...met].toSorted())
})
