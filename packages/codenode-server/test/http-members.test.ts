/** What modules have, read by a program inside of the sandbox. */

import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { ApiChecker, callApi, type Door, endless, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
let narrow: Door
let api: ApiChecker

beforeAll(async () => {
  sandbox = await openSandbox({ packages: 'installed', spares: 1 })
  door = await openDoor({ sandbox })
  narrow = await openDoor({ sandbox, service: { maxRunsPerClient: 2 } })
  api = new ApiChecker((await (await fetch(`${door.url}/openapi.json`)).json()) as ApiChecker['document'])
})
afterAll(async () => {
  await narrow?.close()
  await door?.close()
  await sandbox?.close()
})

type Member = { name: string; kind: string; detail: string | null; doc: string | null; named: boolean }

function ask(language: string, module: string, path?: string, on = door) {
  const query = path === undefined ? '' : `?path=${encodeURIComponent(path)}`
  const asked = `/v1/packages/${language}/${encodeURIComponent(module)}/members${query}`
  return callApi({ api, url: on.url }, 'GET', '/v1/packages/{language}/{module}/members', { path: asked })
}

async function membersOf(language: string, module: string, path?: string): Promise<Record<string, Member>> {
  const { status, body } = await ask(language, module, path)
  expect({ status, path: body.path }).toEqual({ status: 200, path: path ?? '' })
  return Object.fromEntries((body.members as Member[]).map((member) => [member.name, member]))
}

describe('what a module has', () => {
  const cases: [string, string, string | undefined, Partial<Member>[]][] = [
    [
      'python',
      'numpy',
      undefined,
      [
        { name: 'array', kind: 'function', doc: 'Create an array.' },
        { name: 'ndarray', kind: 'class' },
        { name: 'linalg', kind: 'module' },
        { name: 'pi', kind: 'constant', detail: 'float' },
      ],
    ],
    ['python', 'numpy', 'linalg', [{ name: 'norm', kind: 'function', doc: 'Matrix or vector norm.' }]],
    ['python', 'pandas', undefined, [{ name: 'DataFrame', kind: 'class' }]],
    ['python', 'pandas', 'DataFrame', [{ name: 'groupby', kind: 'function' }]],
    ['python', 'os.path', undefined, [{ name: 'join', kind: 'function', detail: '(a, *p)' }]],
    ['python', 'datetime', 'datetime', [{ name: 'now', kind: 'function' }]],
    ['python', 'xmlrpc', undefined, [{ name: 'server', kind: 'submodule' }]],
    ['python', 'scipy', undefined, [{ name: 'stats', kind: 'module' }]],
    ['javascript', 'lodash', undefined, [{ name: 'groupBy', kind: 'function', named: true }]],
    ['javascript', 'lodash/fp', undefined, [{ name: 'map', kind: 'function' }]],
    ['typescript', 'lodash', 'default', [{ name: 'groupBy', kind: 'function' }]],
    ['javascript', 'luxon', undefined, [{ name: 'DateTime', kind: 'class', named: true }]],
    ['javascript', 'luxon', 'DateTime', [{ name: 'fromISO', kind: 'function' }]],
    ['javascript', 'node:fs/promises', undefined, [{ name: 'readFile', kind: 'function', named: true }]],
    ['javascript', 'path', undefined, [{ name: 'sep', kind: 'constant', detail: 'string', named: true }]],
  ]
  test.each(cases)('%s %s %s', async (language, module, path, expected) => {
    const members = await membersOf(language, module, path)
    for (const member of expected) expect(members[member.name ?? '']).toMatchObject(member)
    expect(Object.keys(members).filter((name) => name.startsWith('_'))).toEqual([])
  })

  test('is there for everything that can be imported', async () => {
    const { body } = await callApi({ api, url: door.url }, 'GET', '/v1/packages')
    const named = (list: unknown) => (list as { importNames: string[] }[]).flatMap(({ importNames }) => importNames)
    const wanted = [
      ...named(body.python)
        .filter((name) => !name.startsWith('_'))
        .map((name) => ['python', name] as const),
      ...named(body.javascript).map((name) => ['javascript', name] as const),
    ]
    const empty: string[] = []
    // As many at once as there are places for runs.
    const left = wanted.values()
    const lane = async (): Promise<void> => {
      for (const [language, name] of left) {
        const { status, body } = await ask(language, name)
        if (status !== 200 || (body.members as Member[]).length === 0) empty.push(`${language} ${name} ${status}`)
      }
    }
    await Promise.all(Array.from({ length: 4 }, lane))
    // A class without members of its own.
    expect(empty).toEqual(['javascript turndown 200'])
  })

  test('is asked for once, leaves no run in the history, and takes a place like any run', async () => {
    const before = door.runs.stats()
    const [one, other] = await Promise.all([ask('python', 'statistics'), ask('python', 'statistics')])
    expect(one.text).toBe(other.text)
    expect(door.runs.list({}, 'local').runs).toEqual([])
    expect(door.runs.stats().active).toBe(before.active)
  })
})

describe('what there is not', () => {
  test('is a problem with the close names, and runs nothing', async () => {
    const { status, body } = await ask('python', 'nunpy')
    expect([status, body.code]).toEqual([404, 'package_not_found'])
    expect(body.detail).toBe('Code cannot import "nunpy": there is no such module. Did you mean \'numpy\'?')
    expect((await ask('javascript', 'lodahs')).body.detail).toContain("Did you mean 'lodash'?")
    expect((await ask('javascript', 'numpy')).status).toBe(404)
  })

  test.each([
    ['python', 'os', 'nothing'],
    ['python', 'winreg', undefined],
    ['javascript', 'lodash/none', undefined],
    ['javascript', 'lodash', 'none'],
  ])('%s %s %s is not found, though its owner is', async (language, module, path) => {
    expect(await ask(language, module, path)).toMatchObject({ status: 404, body: { code: 'package_not_found' } })
  })

  test.each([
    ['ruby', 'json', undefined],
    ['python3', 'json', undefined],
    ['python', '../os', undefined],
    ['python', 'os; import sys', undefined],
    ['python', 'x'.repeat(201), undefined],
    ['python', 'os', 'path.'],
    ['python', 'os', 'a.a.a.a.a.a.a'],
  ])('%s %s %s is no possible name', async (language, module, path) => {
    expect(await ask(language, module, path)).toMatchObject({ status: 400, body: { code: 'request_invalid' } })
  })

  test('a flood of names is refused before anything runs, and one of members takes no more than its places', async () => {
    const names = await Promise.all(
      Array.from({ length: 200 }, (_, n) => ask('python', `nothing_${n}`, undefined, narrow)),
    )
    expect(new Set(names.map(({ status }) => status))).toEqual(new Set([404]))
    const held = [1, 2].map(() => narrow.runs.start({ node: endless as never }, { client: 'local' }))
    const members = await Promise.all(Array.from({ length: 50 }, (_, n) => ask('python', 'os', `nothing_${n}`, narrow)))
    expect(new Set(members.map(({ body }) => body.code))).toEqual(new Set(['too_many_runs']))
    await Promise.all(held.map(({ id }) => narrow.runs.cancel(id, 'local')))
    expect((await ask('python', 'os', 'nothing_1', narrow)).status).toBe(404)
    expect((await ask('python', 'os', 'path', narrow)).status).toBe(200)
  })
})
