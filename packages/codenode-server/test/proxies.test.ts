/** Behind the proxies that people have, with the configurations of deploy/proxy: a path, TLS, HTTP/2, events, and deploys. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../../codenode/test/support/sandbox.ts'
import { startService, type TestService } from '../../codenode/test/support/service.ts'
import { freePort } from './support/free-port.ts'
import { node } from './support/http-door.ts'
import { findTool, toolEnv } from './support/test-tools.ts'

const nginx = findTool('usr/sbin/nginx')
const haproxy = findTool('usr/sbin/haproxy')
const deploy = (name: string) => readFileSync(path.resolve(import.meta.dirname, '../../../deploy/proxy', name), 'utf8')

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-proxies-'))
// nginx works as another user than root, in folders of its own.
chmodSync(folder, 0o755)
const certificate = path.join(folder, 'both.pem')
const started: ChildProcess[] = []

beforeAll(() => {
  const [key, own] = [path.join(folder, 'key.pem'), path.join(folder, 'own.pem')]
  const subject = ['-subj', '/CN=localhost', '-days', '2', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  execFileSync('openssl', ['req', '-x509', '-nodes', ...subject, '-keyout', key, '-out', own], { stdio: 'ignore' })
  writeFileSync(certificate, readFileSync(own, 'utf8') + readFileSync(key, 'utf8'))
})
afterAll(async () => {
  for (const child of started) {
    if (child.exitCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

function run(program: string | null, args: string[]): void {
  started.push(spawn(program ?? '', args, { env: toolEnv, stdio: ['ignore', 'ignore', 'inherit'] }))
}

/** nginx with the file of deploy/, but for ports, places of the certificate, and how many services there are. */
async function startNginx(services: readonly string[]): Promise<string> {
  const port = await freePort()
  const servers = services.map((address) => `server ${new URL(address).host} max_fails=0;`)
  const own = deploy('nginx.conf')
    .replace('server 127.0.0.1:8194 max_fails=0;', servers.join('\n'))
    .replace('listen 443', `listen 127.0.0.1:${port}`)
    .replaceAll(/\/etc\/ssl\/flows\.(?:pem|key)/g, certificate)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((it) => `${it}_temp_path ${folder}/${it};`)
  const all = `daemon off;\npid ${folder}/nginx.pid;\nerror_log stderr;\nevents {}\nhttp {\naccess_log off;\n${temporary.join('\n')}\n${own}\n}\n`
  const file = path.join(folder, 'nginx.conf')
  writeFileSync(file, all)
  run(nginx, ['-e', 'stderr', '-p', folder, '-c', file])
  return `https://localhost:${port}`
}

async function startHaproxy(services: readonly string[]): Promise<string> {
  const port = await freePort()
  const servers = services.map((address, index) => `    server s${index} ${new URL(address).host}`)
  const own = deploy('haproxy.cfg')
    .replace('bind :443', `bind 127.0.0.1:${port}`)
    .replace('/etc/ssl/flows.pem', certificate)
    .replace(/ {4}server one .*\n {4}server two .*/, servers.join('\n'))
  const file = path.join(folder, 'haproxy.cfg')
  writeFileSync(file, own)
  run(haproxy, ['-db', '-q', '-f', file])
  return `https://localhost:${port}`
}

const key = 'a-key-of-sixteen-characters'
type Answer = { status: number; headers: Record<string, unknown>; text: string }

const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 100 })

function ask(url: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    }
    const asked = request(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
      response.once('error', reject)
    })
    asked.once('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

const env = { CODENODE_API_KEYS: key, CODENODE_BASE_PATH: '/codenode', CODENODE_TRUSTED_PROXIES: '127.0.0.1' }
const short = {
  node: node('def main(n):\n    return {"n": n + 1}\n', { n: { type: 'number' } }, ['n']),
  inputs: { n: 1 },
}

describe.skipIf(!nginx)('behind nginx, below a path, with TLS and HTTP/2', () => {
  let service: TestService
  let base: string
  beforeAll(async () => {
    service = await startService({ env })
    base = `${await startNginx([service.address])}/codenode`
    await eventually('nginx answers', async () => (await ask(`${base}/health`).catch(() => null))?.status === 200)
  })
  afterAll(() => service?.close())

  test('runs, their places, the reference and the editor have the path', async () => {
    const ran = await ask(`${base}/v1/nodes/run`, short)
    expect(ran).toMatchObject({ status: 200, headers: { location: /^\/codenode\/v1\/runs\/run_/ } })
    expect(JSON.parse(ran.text)).toMatchObject({ outputs: { n: 2 } })
    expect((await ask(new URL(String(ran.headers.location), base).href)).status).toBe(200)
    const page = await ask(`${base}/`)
    for (const [, file = ''] of page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      expect((await ask(new URL(file, base).href)).status, file).toBe(200)
    }
  })

  test('a body as large as the service takes gets through', async () => {
    const large = { node: node('def main(t):\n    return {"n": len(t)}\n', { n: { type: 'number' } }, ['t']) }
    const ran = await ask(`${base}/v1/nodes/run`, { ...large, inputs: { t: 'x'.repeat(9 * 2 ** 20) } })
    expect(JSON.parse(ran.text)).toMatchObject({ outputs: { n: 9 * 2 ** 20 } })
  })

  test('events come one by one, by HTTP/2', async () => {
    const code =
      'import time\ndef main():\n    for i in range(3):\n        print(i, flush=True)\n        time.sleep(0.5)\n    return {}\n'
    const begun = await ask(`${base}/v1/nodes/run`, { node: node(code) }, { prefer: 'respond-async' })
    const session = connectHttp2(new URL(base).origin, { rejectUnauthorized: false })
    const { id } = JSON.parse(begun.text) as { id: string }
    const stream = session.request({ ':path': `/codenode/v1/runs/${id}/events`, authorization: `Bearer ${key}` })
    const arrivals: number[] = []
    let text = ''
    stream.on('data', (chunk: Buffer) => {
      text += chunk
      arrivals.push(performance.now())
    })
    await once(stream, 'end')
    session.close()
    expect(text.match(/^event: .*/gm)?.at(-1)).toBe('event: result')
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(700)
  })
})

/** Clients that ask one after the other while both services are restarted, one after the other, again and again. */
async function deployUnderLoad(
  base: string,
  services: TestService[],
  seconds: number,
): Promise<Map<number | string, number>> {
  const until = performance.now() + seconds * 1000
  const answers = new Map<number | string, number>()
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const answer = await ask(`${base}/v1/nodes/run`, short).then(
        ({ status }) => status,
        (error: Error) => error.message,
      )
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
      await sleep(pauseMs)
    }
  }
  const deploys = (async () => {
    for (let turn = 0; performance.now() < until - 6000; turn++) {
      const at = turn % services.length
      const old = services[at] as TestService
      const { port } = new URL(old.address)
      await old.close()
      services[at] = await startService({ env: { ...deployed, CODENODE_PORT: port }, args: ['--port', port] })
    }
  })()
  await Promise.all([...Array.from({ length: 50 }, client), deploys])
  return answers
}

const deployed = { ...env, CODENODE_DRAIN_MS: '3000', CODENODE_MAX_WAITING: '1000' }
const seconds = Number(process.env.TEST_SECONDS_OF_DEPLOYS ?? 15)
/** Asked for by itself, the test keeps the processors busy from end to end; among all tests it leaves some for the others. */
const pauseMs = process.env.TEST_SECONDS_OF_DEPLOYS ? 0 : 200

describe.each([
  { name: 'nginx', binary: nginx, start: startNginx, prefix: '/codenode' },
  { name: 'HAProxy', binary: haproxy, start: startHaproxy, prefix: '' },
])('two services behind $name', ({ binary, start, prefix }) => {
  test.skipIf(!binary)(
    'are restarted one after the other under 50 connections, and no client sees it',
    async () => {
      const services = await Promise.all([1, 2].map(() => startService({ env: deployed })))
      try {
        const base = (await start(services.map(({ address }) => address))) + prefix
        await eventually(
          'the proxy answers',
          async () => (await ask(`${base}/health`).catch(() => null))?.status === 200,
        )
        const answers = await deployUnderLoad(base, services, seconds)
        expect([...answers.keys()], JSON.stringify([...answers])).toEqual([200])
      } finally {
        for (const service of services) await service.close()
      }
    },
    (seconds + 120) * 1000,
  )
})
