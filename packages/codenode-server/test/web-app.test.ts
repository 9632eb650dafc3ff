/** The editor as it is served: pages, files, policy, and nothing of the API's paths taken. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSandbox } from '../../codenode/test/support/sandbox.ts'
import { type Door, openDoor } from './support/http-door.ts'

let sandbox: RunningSandbox
let door: Door
let withKey: Door
let notBuilt: Door
const folder = mkdtempSync(path.join(tmpdir(), 'codenode-web-'))

beforeAll(async () => {
  mkdirSync(path.join(folder, 'assets'))
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>The editor</title>')
  writeFileSync(path.join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  writeFileSync(path.join(folder, 'assets/main-a1b2c3d4.js'), 'export {}')
  writeFileSync(path.join(folder, 'assets/.secret'), 'no')
  sandbox = await openSandbox({ spares: 1 })
  door = await openDoor({ sandbox, server: { webApp: folder } })
  withKey = await openDoor({ sandbox, env: { CODENODE_API_KEYS: 'secret-key-number-1' }, server: { webApp: folder } })
  notBuilt = await openDoor({ sandbox, server: { webApp: null } })
})
afterAll(async () => {
  for (const one of [door, withKey, notBuilt]) await one?.close()
  await sandbox?.close()
  rmSync(folder, { recursive: true })
})

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers, redirect: 'manual' })
  return { status: response.status, header: (name: string) => response.headers.get(name), text: await response.text() }
}

describe('the pages', () => {
  test.each(['/', '/runs', '/runs/run_1', '/packages', '/?key=1'])(
    '%s is the app, asked for each time',
    async (page) => {
      const { status, header, text } = await get(door.url + page)
      expect([status, header('content-type'), header('cache-control')]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ])
      expect(text).toContain('The editor')
    },
  )

  test('run no script but the files of the app, and load nothing from elsewhere', async () => {
    const { header } = await get(`${door.url}/`)
    const policy = header('content-security-policy') ?? ''
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(header('x-content-type-options')).toBe('nosniff')
  })

  test.each(['/run', '/runs/a/b', '/editor', '/index.html', '/v1/nothing', '/assets/none.js', '/assets/.secret'])(
    '%s is not one of them',
    async (page) => {
      const { status, header } = await get(door.url + page)
      expect([status, header('content-type')]).toEqual([404, 'application/problem+json; charset=utf-8'])
    },
  )

  test('need no key, also where the API does', async () => {
    for (const page of ['/', '/runs/run_1', '/assets/main-a1b2c3d4.js', '/favicon.svg']) {
      expect((await get(withKey.url + page)).status).toBe(200)
    }
    expect((await get(`${withKey.url}/v1/packages`)).status).toBe(401)
  })

  test('are opened by a link on another page, which cannot use the API', async () => {
    const foreign = { 'sec-fetch-site': 'cross-site' }
    expect((await get(`${door.url}/runs`, foreign)).status).toBe(200)
    expect((await get(`${door.url}/v1/runs`, foreign)).status).toBe(403)
  })

  test('say what to run where the app is not built', async () => {
    const { status, text } = await get(`${notBuilt.url}/runs`)
    expect(status).toBe(503)
    expect(text).toContain('<code>scripts/bootstrap</code>')
    expect((await get(`${notBuilt.url}/health`)).status).toBe(200)
  })
})

test('a hashed file may be kept for ever', async () => {
  const { status, header, text } = await get(`${door.url}/assets/main-a1b2c3d4.js`)
  expect([status, text]).toEqual([200, 'export {}'])
  expect(header('content-type')).toContain('javascript')
  expect(header('cache-control')).toBe('public, max-age=31536000, immutable')
})
