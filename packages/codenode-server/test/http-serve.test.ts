/** `codenode serve` as a process: what it prints, what it refuses, how it stops. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import path from 'node:path'
import { runRecordSchema } from 'codenode/internal/contract/record'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { paste } from '../../codenode/test/support/paste.ts'
import { childrenOf, eventually, isAlive } from '../../codenode/test/support/sandbox.ts'
import { makeDataDir, startService, type TestService } from '../../codenode/test/support/service.ts'
import { freePort } from './support/free-port.ts'
import { endless, node } from './support/http-door.ts'

const bin = path.resolve(import.meta.dirname, '../../codenode/bin/codenode.js')
const sleeping = (seconds: number) => node(`import time\ndef main():\n    time.sleep(${seconds})\n    return {}\n`)

/** Services and processes that a test leaves when it fails. */
const services: TestService[] = []
const start = async (...options: Parameters<typeof startService>): Promise<TestService> => {
  const service = await startService(...options)
  services.push(service)
  return service
}
afterAll(async () => {
  for (const service of services) await service.close()
})

type Line = Readonly<Record<string, unknown>>

/** What its log has so far. */
function linesOf(service: TestService): Line[] {
  const lines = service.printed().split('\n')
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line)
}

function post(
  service: TestService,
  body: object,
  headers: Record<string, string> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(`${service.address}/v1/nodes/run`, {
    method: 'POST',
    signal,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

type Ended = { exitCode: number | null; stdout: string; stderr: string }

async function serve(args: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [bin, 'serve', ...args], { env: { PATH: process.env.PATH, ...env } })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].on('data', (chunk: Buffer) => (said[name] += chunk))
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, ...said }
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

describe('a service without keys', () => {
  let service: TestService
  beforeAll(async () => {
    service = await start()
  })

  test('prints its address, the isolation, the reference and a request that works when pasted', async () => {
    const printed = service.printed()
    expect(printed).toContain(`listens on ${service.address}\n`)
    expect(printed).toContain('isolation  namespaces+landlock+seccomp\n')
    expect(printed).toContain(`reference  ${service.address}/docs\n`)
    const commands = printed.split('\n').filter((line) => line.startsWith('curl '))
    expect(commands).toHaveLength(1)
    const { stdout } = await paste(commands[0] ?? '')
    expect(runRecordSchema.parse(JSON.parse(stdout))).toMatchObject({ status: 'succeeded', outputs: { average: 3 } })
    expect((await fetch(`${service.address}/docs`)).status).toBe(200)
  })

  test('counts runs in its metrics', async () => {
    await post(service, { node: sleeping(0) })
    const metrics = await fetch(`${service.address}/metrics`)
    expect(metrics.headers.get('content-type')).toContain('text/plain')
    expect(await metrics.text()).toMatch(/codenode_runs_total\{.*status="succeeded".*\} \d/)
  })

  test('the port that it uses cannot be used by another', async () => {
    const { exitCode, stdout, stderr } = await serve(['--port', new URL(service.address).port], {
      CODENODE_DATA_DIR: makeDataDir(),
    })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(
      /--port is \d+, which is in use on 127\.0\.0\.1; stop what uses it, or choose another port\./,
    )
  })
})

describe('a service that is asked for too much', () => {
  test('holds the inputs of waiting runs to its limit, and one key to half of it', async () => {
    const [a, b] = ['the-first-key-of-two', 'the-second-key-of-two']
    const env = {
      ...{ CODENODE_API_KEYS: `${a},${b}`, CODENODE_MAX_WAITING_MB: '48', CODENODE_MAX_RUNNING: '1' },
      ...{ CODENODE_STOP_MS: '0', CODENODE_WALL_MS: '120000' },
    }
    const service = await start({ env })
    const waiting = node('import time\ndef main(text):\n    time.sleep(100)\n    return {}\n', {}, ['text'])
    const body = { node: waiting, inputs: { text: 'x'.repeat(9 * 2 ** 20) } }
    const ask = async (key: string) => {
      const response = await post(service, body, { 'x-api-key': key, prefer: 'respond-async' })
      const { code } = (await response.json()) as { code?: string }
      if (response.status !== 202) expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      return `${response.status} ${code ?? ''}`.trim()
    }
    const answers: string[] = []
    for (const key of [a, a, a, b, b, b, a]) answers.push(await ask(key))
    expect(answers.slice(0, 5)).toEqual(['202', '202', '429 too_many_runs', '202', '202'])
    // The room for all is full as well, once both have their half.
    for (const answer of answers.slice(5)) expect(answer).toMatch(/^(429 too_many_runs|503 pool_full)$/)
    expect((await fetch(`${service.address}/health`)).status).toBe(200)
    await service.close()
  })

  test('serves on beside 1200 silent connections where it may have 1024 descriptors', async () => {
    const service = await start({ under: ['prlimit', '--nofile=1024:1024'] })
    const { port } = new URL(service.address)
    const silent: Socket[] = []
    try {
      for (let count = 0; count < 1200; count++) {
        const socket = connect(Number(port), '127.0.0.1')
        socket.on('error', () => undefined) // being closed is what is tested
        silent.push(socket)
        await once(socket, 'connect')
      }
      // Each on a connection of its own, and far within the time that headers may take.
      const began = performance.now()
      for (let count = 0; count < 5; count++) {
        const answer = await post(service, { node: sleeping(0) }, { connection: 'close' })
        expect(await answer.json()).toMatchObject({ status: 'succeeded' })
      }
      expect(performance.now() - began).toBeLessThan(15_000)
      const limits = readFileSync(`/proc/${service.process.pid}/limits`, 'utf8')
      expect(limits).toMatch(/Max open files +1024 +1024/)
    } finally {
      for (const socket of silent) socket.destroy()
    }
  })
})

describe('a service with keys', () => {
  test('the request that it prints takes the key from a variable, and no secret is in its log', async () => {
    const env = { CODENODE_API_KEYS: 'secret-key-number-1', CODENODE_HOST: '0.0.0.0' }
    const service = await start({ env })
    const command = service.printed().match(/^curl .*$/m)?.[0] ?? ''
    expect(command).toContain('$KEY')
    const { stdout } = await paste(command, { KEY: 'secret-key-number-1' })
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded' })
    const noKey = await paste(command)
    expect(JSON.parse(noKey.stdout)).toMatchObject({ code: 'unauthorized' })

    const secret = node('def main(word):\n    "secret-code"\n    print(word)\n    return {}\n', {}, ['word'])
    const headers = { 'x-api-key': 'secret-key-number-1' }
    await post(service, { node: secret, inputs: { word: 'secret-input' } }, headers)
    await fetch(`${service.address}/v1/runs?nodeId=secret-query`, { headers })
    await post(service, { node: 5 }, { 'x-api-key': 'secret-key-2' })
    await eventually('the last request is logged', () => service.printed().split('"status":').length > 5)
    expect(service.printed()).not.toContain('secret-')
    const [line = ''] = service.printed().match(/^.*"status":200.*$/m) ?? []
    const logged = JSON.parse(line) as Record<string, unknown>
    expect(logged).toMatchObject({ level: 30, method: 'POST', path: '/v1/nodes/run', status: 200 })
    const shapes = { ms: /^[\d.]+$/, requestId: /^req-/, runId: /^run_/, client: /^key_[0-9a-f]{12}$/ }
    for (const [name, shape] of Object.entries(shapes)) expect(String(logged[name])).toMatch(shape)
    const run = linesOf(service).find(({ msg }) => msg === 'run')
    expect(run).toMatchObject({ runId: logged.runId, status: 'succeeded', language: 'python', client: logged.client })
  })

  test('its log tells of every request, with the id and the trace of the caller, also where the client went away', async () => {
    const service = await start()
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const answered = await post(service, { node: sleeping(0) }, { 'x-request-id': 'my-request-42', traceparent })
    expect(answered.headers.get('x-request-id')).toBe('my-request-42')
    const odd = await fetch(`${service.address}/v1/status`, { headers: { 'x-request-id': 'no "plain" id' } })
    expect(odd.headers.get('x-request-id')).toMatch(/^req-/)
    await fetch(`${service.address}/health`)
    const leaving = new AbortController()
    const left = post(service, { node: endless }, {}, leaving.signal).catch(() => undefined)
    await eventually('it runs', async () => {
      const status = (await (await fetch(`${service.address}/v1/status`)).json()) as { running: number }
      return status.running === 1
    })
    leaving.abort()
    await left
    await eventually('the end of that run is told', () =>
      linesOf(service).some(({ errorCode }) => errorCode === 'cancelled'),
    )
    const lines = linesOf(service)
    expect(lines.find(({ requestId }) => requestId === 'my-request-42')).toMatchObject({
      ...{ method: 'POST', path: '/v1/nodes/run', status: 200, remote: '127.0.0.1' },
      traceId: '0af7651916cd43dd8448eb211c80319c',
    })
    const aborted = lines.find((line) => line.aborted === true)
    expect(aborted).toMatchObject({ method: 'POST', path: '/v1/nodes/run', client: 'local' })
    expect(String(aborted?.runId)).toMatch(/^run_/)
    expect(aborted).not.toHaveProperty('status')
    // Probes ask every few seconds.
    expect(lines.some(({ path }) => path === '/health')).toBe(false)
    const metrics = await (await fetch(`${service.address}/metrics`)).text()
    const request = 'http_server_request_duration_seconds_count{http_request_method="POST",http_route="/v1/nodes/run"'
    expect(metrics).toContain(`${request},http_response_status_code="200",error_type=""} 1`)
    expect(metrics).toContain(`${request},http_response_status_code="0",error_type="client_left"} 1`)
    expect(await (await fetch(`${service.address}/v1/usage`)).json()).toMatchObject({ runs: 2 })
  })

  test('below the path of a proxy its links have the path, whether the proxy takes it away or not', async () => {
    const env = { CODENODE_BASE_PATH: '/tools/codenode', CODENODE_TRUSTED_PROXIES: '127.0.0.0/8' }
    const service = await start({ env })
    for (const base of [service.address, `${service.address}/tools/codenode`]) {
      expect(await (await fetch(`${base}/health`)).json()).toBe('ok')
      const page = await (await fetch(`${base}/`)).text()
      expect(page).toMatch(/"\/tools\/codenode\/assets\/[^"]+\.js"|editor is not built/)
      expect(page).not.toContain('"./')
      const document = (await (await fetch(`${base}/openapi.json`)).json()) as object
      expect(document).toMatchObject({ servers: [{ url: '/tools/codenode' }] })
      const body = JSON.stringify({ node: sleeping(0) })
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' }
      const response = await fetch(`${base}/v1/nodes/run?x=1`, { method: 'POST', headers, body })
      expect(response.headers.get('location')).toMatch(/^\/tools\/codenode\/v1\/runs\/run_/)
    }
    expect((await fetch(`${service.address}/tools/codenodes/health`)).status).toBe(404)
    await eventually('both runs are told', () => linesOf(service).filter(({ msg }) => msg === 'run').length === 2)
    const remotes = linesOf(service).flatMap(({ path, remote }) => (path === '/v1/nodes/run' ? [remote] : []))
    expect(remotes).toEqual(['203.0.113.7', '203.0.113.7'])
  })

  // Only root can mount a small disk.
  test.skipIf(process.getuid?.() !== 0)('where the disk is full it says in one sentence what it cannot do', () => {
    const data = makeDataDir()
    const disk = path.join(data, 'disk')
    const full =
      'mkdir "$1" && mount -t tmpfs -o size=16k none "$1" && { cat /dev/zero >"$1/filler" 2>/dev/null; true; }'
    const script = `${full} && shift && exec "$@"`
    const serve = [process.execPath, bin, 'serve', '--port', '0', '--data-dir', path.join(disk, 'data')]
    const packages = ['--packages-dir', path.join(data, 'packages')]
    const { status, stderr } = spawnSync(
      'unshare',
      ['--mount', 'sh', '-c', script, 'sh', disk, ...serve, ...packages],
      {
        env: { PATH: process.env.PATH },
        encoding: 'utf8',
      },
    )
    expect(stderr).toMatch(/full/)
    expect(stderr).not.toMatch(/unexpected|\n +at /i)
    expect(status).toBe(2)
    rmSync(data, { recursive: true, force: true })
  })
})

describe('stopping', () => {
  test('SIGTERM: takes nothing more, lets runs finish until the deadline, ends the rest as interrupted, ends with 0', async () => {
    const service = await start({ env: { CODENODE_STOP_MS: '3000' } })
    const children = childrenOf(service.process.pid ?? 0)
    const short = post(service, { node: sleeping(1) })
    const long = post(service, { node: endless })
    await eventually('both run', async () => {
      const status = (await (await fetch(`${service.address}/v1/status`)).json()) as { active: number }
      return status.active === 2
    })
    const stopped = exitOf(service.process)
    service.process.kill('SIGTERM')
    expect(await (await short).json()).toMatchObject({ status: 'succeeded' })
    await expect(post(service, { node: sleeping(0) })).rejects.toThrow()
    expect(await (await long).json()).toMatchObject({ status: 'failed', error: { code: 'run_interrupted' } })
    expect(await stopped).toBe(0)
    expect(children.length).toBeGreaterThan(0)
    await eventually('its processes are gone', () => !children.some(isAlive))
  })

  test('a second signal ends it at once', async () => {
    const service = await start({ env: { CODENODE_STOP_MS: '600000' } })
    const answer = post(service, { node: endless }).catch(() => 'cut off')
    await eventually('it runs', async () => {
      const status = (await (await fetch(`${service.address}/v1/status`)).json()) as { active: number }
      return status.active === 1
    })
    service.process.kill('SIGINT')
    await eventually('it is stopping', () => service.printed().includes('"msg":"stopping"'))
    await new Promise((resolve) => setTimeout(resolve, 400)) // signals closer together are one
    service.process.kill('SIGINT')
    expect(await exitOf(service.process)).toBe(130)
    expect(await answer).toBe('cut off')
  })

  test('an idle connection does not keep it', async () => {
    const service = await start()
    await (await fetch(`${service.address}/health`)).text() // fetch keeps the connection
    service.process.kill('SIGTERM')
    expect(await exitOf(service.process)).toBe(0)
  })
})

describe('what it refuses', () => {
  test.each([
    [
      ['--host', '0.0.0.0'],
      /--host is 0\.0\.0\.0, which other machines can reach, and no API key is set\. Set CODENODE_API_KEYS/,
    ],
    [['--host', '192.0.2.1'], /no API key is set/],
    [['--host', 'nonsense..host'], /--host is nonsense\.\.host, which is not an address of this machine/],
    [['--port', '70000'], /--port is "70000"; it must be a whole number from 0 to 65535/],
    [['--config', 'no-such-file.yaml'], /cannot be read/],
  ])('%j ends with 2 before anything starts', async (args, message) => {
    const { exitCode, stdout, stderr } = await serve(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('what the environment sets is named as it is there, and a misspelt name is told beside what it would have set', async () => {
    const env = { CODENODE_HOST: '0.0.0.0', CODENODE_API_KEY: 'secret-key-number-1', CODENODE_WALLMS: '5' }
    const { exitCode, stderr } = await serve([], { ...env, CODENODE_DATA_DIR: makeDataDir() })
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/CODENODE_HOST is 0\.0\.0\.0, which other machines can reach/)
    expect(stderr).toContain('CODENODE_API_KEY is not a setting and has no effect. Did you mean CODENODE_API_KEYS?')
    expect(stderr).toContain('CODENODE_WALLMS is not a setting and has no effect. Did you mean CODENODE_WALL_MS?')
    expect(stderr).not.toContain('secret-key')
  })

  test('an address that this machine does not have', async () => {
    const env = { CODENODE_API_KEYS: 'key-of-a-service-1', CODENODE_DATA_DIR: makeDataDir() }
    const { exitCode, stderr } = await serve(['--host', '192.0.2.1', '--port', '0'], env)
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--host is 192.0.2.1, which is not an address of this machine')
  })

  test('a machine without a sandbox: 3, and what helps', async () => {
    const env = { CODENODE_BWRAP: '/nonexistent/bwrap', CODENODE_DATA_DIR: makeDataDir() }
    const { exitCode, stderr } = await serve(['--port', '0'], env)
    expect(exitCode).toBe(3)
    expect(stderr).toContain('codenode doctor')
  })
})

test('npm start is this service', async () => {
  const root = path.resolve(import.meta.dirname, '../../..')
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    scripts: { start: string }
  }
  expect(scripts.start).toBe('scripts/bootstrap && exec node packages/codenode/bin/codenode.js serve')
  const port = await freePort()
  const env = { ...process.env, CODENODE_PORT: String(port), CODENODE_DATA_DIR: makeDataDir() }
  const npm = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  try {
    let printed = ''
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk))
    await eventually(
      'it listens',
      () => printed.includes(`listens on http://127.0.0.1:${port}\n`) || npm.exitCode !== null,
      120_000,
    )
    expect(await (await fetch(`http://127.0.0.1:${port}/health`)).json()).toBe('ok')
    npm.kill('SIGTERM')
    await exitOf(npm)
    await eventually(
      'it is gone',
      async () =>
        await fetch(`http://127.0.0.1:${port}/health`).then(
          () => false,
          () => true,
        ),
    )
  } finally {
    npm.kill('SIGKILL')
  }
}, 180_000)
