import type { ServerLimits } from 'codenode/internal/contract/limits'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually, nothingIsLeft, openSandbox } from '../../codenode/test/support/sandbox.ts'
import type { RunResult } from '../src/http/dify/run-result.ts'
import { apiKey, type DifyService, openService, readReply } from './dify-sandbox/service.ts'
import { unwrap, type Wrapper, wrap } from './dify-sandbox/wrap.ts'

const runPath = '/v1/sandbox/run'
const dependenciesPath = '/v1/sandbox/dependencies'
type Language = 'python3' | 'nodejs'

let sandbox: RunningSandbox
let service: DifyService

beforeAll(async () => {
  sandbox = await openSandbox({ packages: 'installed', spares: 1 })
  service = await openService(sandbox)
})

afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await nothingIsLeft(sandbox)
  await sandbox.close()
})

/** A run that was carried out, whatever became of the program. */
async function run(body: unknown, limits?: Partial<ServerLimits>): Promise<RunResult> {
  if (!limits) return await runOn(service, body)
  await using limited = await openService(sandbox, { limits })
  return await runOn(limited, body)
}

async function runOn(one: DifyService, body: unknown): Promise<RunResult> {
  const { status, body: envelope } = await one.post(runPath, body)
  expect({ status, ...envelope }).toMatchObject({ status: 200, code: 0, message: 'success' })
  return envelope.data as RunResult
}

/** What Dify makes of a node or a template. */
async function resultOf(wrapper: Wrapper, code: string, inputs: Record<string, unknown> = {}): Promise<string> {
  const { stdout, error, exit_code } = await run(wrap(wrapper, code, inputs))
  expect({ error, exit_code }).toEqual({ error: '', exit_code: 0 })
  return unwrap(stdout)
}

describe('programs as Dify makes them', () => {
  const inputs = {
    text: `Grüße, 世界 🦆 — "quoted", 'single', \\back\\, {{ braces }}, $& $1 \u2028 \n\t\u0000`,
    list: [1, 2.5, null, true, { ключ: ['<<', '>>'] }],
    empty: '',
  }

  test.each([
    ['python3', 'def main(**inputs):\n    return inputs\n'],
    ['nodejs', 'function main(inputs) {\n  return inputs\n}\n'],
  ] as const)('%s: inputs come back as they went in', async (language, code) => {
    expect(JSON.parse(await resultOf(language, code, inputs))).toEqual(inputs)
  })

  test('a node may print, import and use what the wrapper imports', async () => {
    const code = `
import numpy
print("<b>seen</b>")
def main(a: int, b: list) -> dict:
    return {"sum": int(numpy.sum(b)) + a, "text": json.dumps(b), "decoded": b64decode("w7w=").decode()}
`
    const result = await resultOf('python3', code, { a: 1, b: [2, 3] })
    expect(JSON.parse(result)).toEqual({ sum: 6, text: '[2, 3]', decoded: 'ü' })
  })

  test('JavaScript has its packages, destructured inputs and a console', async () => {
    const code = `
const lodash = require('lodash')
console.log('seen', { a: 1 })
function main({ rows }) { return { most: lodash.maxBy(rows, 'n') } }
`
    const result = await resultOf('nodejs', code, { rows: [{ n: 1 }, { n: 3 }] })
    expect(JSON.parse(result)).toEqual({ most: { n: 3 } })
  })

  test('a Jinja2 template is rendered', async () => {
    const template =
      'Dear {{ name }},\n{% for it in items if it.price > 1 %}- {{ it.name|upper }}: {{ "%.2f"|format(it.price) }}\n{% endfor %}'
    const items = [
      { name: 'té', price: 2 },
      { name: 'no', price: 1 },
      { name: '"q"', price: 3.5 },
    ]
    expect(await resultOf('jinja2', template, { name: 'Zoë', items })).toBe('Dear Zoë,\n- TÉ: 2.00\n- "Q": 3.50\n')
  })

  test.each([
    ['python3', 'def main(n):\n    return {"text": "é" * n}\n'],
    ['nodejs', 'function main({ n }) {\n  return { text: "é".repeat(n) }\n}\n'],
  ] as const)('%s: a mebibyte between the markers comes back whole', async (language, code) => {
    const { text } = JSON.parse(await resultOf(language, code, { n: 2 ** 19 })) as { text: string }
    expect(text).toBe('é'.repeat(2 ** 19))
  })

  test.each([
    ['python3', 'def main(text):\n    return {"length": len(text)}\n'],
    ['nodejs', 'function main({ text }) {\n  return { length: text.length }\n}\n'],
  ] as const)('%s: inputs of some mebibytes, which are part of the program, are taken', async (language, code) => {
    const text = 'a'.repeat(3 * 2 ** 20)
    expect(JSON.parse(await resultOf(language, code, { text }))).toEqual({ length: text.length })
  })
})

describe('what a program prints', () => {
  test.each([
    ['python3', 'import sys\nprint("out", end="\\r\\n")\nsys.stderr.write("é\\n")\nprint(" tail ", end="")'],
    ['nodejs', 'process.stdout.write("out\\r\\n"); console.error("é"); process.stdout.write(" tail ")'],
  ])('%s: comes back byte for byte, and stderr of a success is no error', async (language, code) => {
    expect(await run({ language, code })).toEqual({ stdout: 'out\r\n tail ', stderr: 'é\n', error: '', exit_code: 0 })
  })

  test.each([
    ['python3', 'x = 1'],
    ['nodejs', 'let x = 1'],
  ])('%s: may be nothing', async (language, code) => {
    expect(await run({ language, code })).toEqual({ stdout: '', stderr: '', error: '', exit_code: 0 })
  })

  test.each([
    ['python3', 'import os\nos.write(1, b"\\xffA")'],
    ['nodejs', 'process.stdout.write(Buffer.from([255, 65]))'],
  ])('%s: bytes that are not UTF-8 come back as U+FFFD, since the answer is JSON', async (language, code) => {
    expect(await run({ language, code })).toMatchObject({ stdout: '\ufffdA', exit_code: 0 })
  })

  test.each([
    ['python3', 'print("a" * 40_000)'],
    ['nodejs', 'console.log("a".repeat(40_000))'],
  ])('%s: an output that is not kept whole is no success', async (language, code) => {
    const { error, exit_code } = await run({ language, code }, { logBytes: 20_000, resultBytes: 30_000 })
    expect({ error, exit_code }).toEqual({
      error: 'process exited with code -1\nerror: the program printed more than is kept, so its output is not whole',
      exit_code: -1,
    })
  })
})

describe('a program that fails is an answer with code 0', () => {
  const failing: readonly [string, Language, string, { exit_code: number; error: RegExp }, Partial<ServerLimits>?][] = [
    [
      'an exception',
      'python3',
      'def main():\n    raise ValueError("no ü")\nmain()',
      { exit_code: 255, error: /^process exited with code 255\nTraceback .*main\.py", line 2.*\nValueError: no ü\n$/s },
    ],
    [
      'an exception',
      'nodejs',
      'throw new TypeError("no ü")',
      { exit_code: 1, error: /^process exited with code 1\nmain\.js:1\n.*TypeError: no ü/s },
    ],
    [
      'a rejection',
      'nodejs',
      'Promise.reject(new TypeError("lost"))',
      { exit_code: 1, error: /^process exited with code 1\n.*TypeError: lost/s },
    ],
    [
      'a syntax error',
      'python3',
      'def main(:',
      { exit_code: 255, error: /^process exited with code 255\n.*SyntaxError/s },
    ],
    ['a syntax error', 'nodejs', 'function (', { exit_code: 1, error: /^process exited with code 1\n.*SyntaxError/s }],
    [
      'its own exit code',
      'python3',
      'import sys\nprint("why", file=sys.stderr)\nsys.exit(3)',
      { exit_code: 3, error: /^process exited with code 3\nwhy\n$/ },
    ],
    [
      'its own exit code',
      'nodejs',
      'console.error("why"); process.exit(3)',
      { exit_code: 3, error: /^process exited with code 3\nwhy\n$/ },
    ],
    [
      'an end past the interpreter',
      'python3',
      'import os\nos._exit(7)',
      { exit_code: 7, error: /^process exited with code 7$/ },
    ],
    [
      'a timeout',
      'python3',
      'while True: pass',
      { exit_code: -1, error: /^process exited with code -1\nerror: timeout\nThe code ran longer than 700 ms\.$/ },
      { wallMs: 700 },
    ],
    [
      'a timeout',
      'nodejs',
      'for (;;);',
      { exit_code: -1, error: /^process exited with code -1\nerror: timeout\nThe code ran longer than 700 ms\.$/ },
      { wallMs: 700 },
    ],
    [
      'memory',
      'python3',
      'x = bytearray(10**9)',
      {
        exit_code: 255,
        error: /^process exited with code 255\nerror: The code needed more memory .*\(128 MiB\)\.\nTraceback/,
      },
      { memoryMb: 128 },
    ],
    [
      'memory',
      'nodejs',
      'const kept = []; for (;;) kept.push(new Array(1e6).fill(1))',
      { exit_code: -1, error: /^process exited with code -1\nerror: The code needed more memory .*\(128 MiB\)\./ },
      { memoryMb: 128 },
    ],
    [
      'a crash',
      'python3',
      'import ctypes\nctypes.string_at(0)',
      { exit_code: -1, error: /^process exited with code -1\nerror: The process of the code was killed by SIGSEGV\./ },
    ],
    ['an abort', 'nodejs', 'process.abort()', { exit_code: 134, error: /^process exited with code 134/ }],
    [
      'the network',
      'python3',
      'import requests\nrequests.get("http://example.com")',
      {
        exit_code: 255,
        error:
          /^process exited with code 255\nerror: operation not permitted\n.*connect to example\.com:80.*\nTraceback/,
      },
    ],
    [
      'the network',
      'nodejs',
      'fetch("http://example.com")',
      {
        exit_code: 1,
        error: /^process exited with code 1\nerror: operation not permitted\n.*connect to example\.com:80/,
      },
    ],
    [
      'another process',
      'python3',
      'import subprocess\nsubprocess.run(["ls"])',
      { exit_code: 255, error: /^process exited with code 255\nerror: operation not permitted\n.*start the program/ },
    ],
    [
      'another process',
      'nodejs',
      'require("child_process").execSync("ls")',
      { exit_code: 1, error: /^process exited with code 1\nerror: operation not permitted\n.*start the program/ },
    ],
    [
      'a file of the host',
      'python3',
      'open("/etc/passwd")',
      { exit_code: 255, error: /error: operation not permitted\n.*No such file or directory/ },
    ],
    [
      'a package that is not installed',
      'python3',
      'import padnas',
      { exit_code: 255, error: /^process exited with code 255\nerror: .*not installed.*pandas/ },
    ],
    [
      'a package that is not installed',
      'nodejs',
      'require("lodahs")',
      { exit_code: 1, error: /^process exited with code 1\nerror: .*not installed.*lodash/ },
    ],
  ]

  test.each(failing)('%s in %s', async (_name, language, code, expected, limits) => {
    const result = await run({ language, code, enable_network: true }, limits)
    expect(result.error).toMatch(expected.error)
    expect(result.exit_code).toBe(expected.exit_code)
    expect(result.error.endsWith(result.stderr)).toBe(true)
  })

  test('what it printed before comes back', async () => {
    const code = 'print("before", flush=True)\nwhile True: pass'
    expect(await run({ language: 'python3', code }, { wallMs: 3000 })).toMatchObject({
      stdout: 'before\n',
      exit_code: -1,
    })
  })
})

describe('requests', () => {
  test('may be forms', async () => {
    const body = new URLSearchParams({
      language: 'python3',
      code: 'print("a+b & ü=1%")',
      preload: '',
      enable_network: 'true',
    })
    const { status, body: envelope } = await readReply(await service.send(runPath, { method: 'POST', body }))
    expect({ status, envelope }).toEqual({
      status: 200,
      envelope: { code: 0, message: 'success', data: { stdout: 'a+b & ü=1%\n', stderr: '', error: '', exit_code: 0 } },
    })
  })

  test('may ask for the network and for a preload: both are left to the service', async () => {
    const code =
      'import socket\ntry:\n    socket.create_connection(("127.0.0.1", 80))\nexcept OSError as error:\n    print("off")'
    const body = { language: 'python3', code, preload: 'print("preloaded")', enable_network: true }
    expect(await run(body)).toMatchObject({ stdout: 'off\n', error: '' })
  })

  const wrong: readonly [string, unknown, number, string][] = [
    ['no code', { language: 'python3' }, 200, 'the field code is required'],
    ['no language', { code: 'x' }, 200, 'the field language is required'],
    ['nothing', {}, 200, 'the field language is required; the field code is required'],
    ['a number as code', { language: 'python3', code: 1 }, 200, 'the field code must be a text'],
    ['an unknown language', { language: 'ruby', code: 'x' }, 400, 'unsupported language'],
    ['too much code', { language: 'python3', code: '#'.repeat(20 * 2 ** 20) }, 200, expect.stringContaining('bytes')],
  ]

  test.each(wrong)('are refused in an envelope: %s', async (_name, body, status, message) => {
    const reply = await service.post(runPath, body)
    expect({ status: reply.status, body: reply.body }).toEqual({ status, body: { code: -400, message, data: null } })
  })

  test.each([
    ['malformed JSON', '{"language": ', 'application/json', /not valid JSON/],
    ['an empty body', '', 'application/json', /cannot be empty/],
    ['another type', '<run/>', 'application/xml', /must be application\/json or/],
    ['too large a body', ' '.repeat(40 * 2 ** 20), 'application/json', /larger than the service allows/],
  ])('that cannot be read are refused in an envelope: %s', async (_name, body, type, message) => {
    const init = { method: 'POST', body, headers: { 'Content-Type': type } }
    const reply = await readReply(await service.send(runPath, init))
    expect(reply).toMatchObject({ status: 200, body: { code: -400, data: null } })
    expect(reply.body.message).toMatch(message)
  })

  test.each([
    ['POST', runPath],
    ['GET', `${dependenciesPath}?language=python3`],
    ['GET', `${dependenciesPath}/refresh?language=python3`],
    ['POST', `${dependenciesPath}/update`],
  ])('without the right key get 401 and nothing else: %s %s', async (method, path) => {
    for (const headers of [
      {},
      { 'X-Api-Key': 'wrong' },
      { 'X-Api-Key': `${apiKey}x` },
      { Authorization: 'Bearer no' },
    ]) {
      const body = method === 'POST' ? '{"language":"python3","code":"1"}' : null
      const response = await fetch(service.url + path, { method, body, headers })
      expect({ status: response.status, text: await response.text() }).toEqual({ status: 401, text: '' })
    }
  })

  test('may carry the key as a bearer', async () => {
    const headers = { Authorization: 'Bearer other-key' }
    const response = await fetch(`${service.url}${dependenciesPath}?language=python3`, { headers })
    expect(response.status).toBe(200)
  })

  test('of a client that goes away end their program', async () => {
    const controller = new AbortController()
    const body = { language: 'python3', code: 'while True: pass' }
    const asked = service.post(runPath, body, { signal: controller.signal })
    await eventually('the program runs', () => service.runs.stats().active === 1 && sandbox.stats().running === 1)
    controller.abort()
    await expect(asked).rejects.toThrow()
    await eventually('it is gone', () => service.runs.stats().active === 0 && sandbox.stats().running === 0)
  })
})

describe('dependencies', () => {
  test.each([
    ['python3', ['numpy', 'pandas', 'requests', 'httpx', 'jinja2']],
    ['nodejs', ['lodash', 'moment']],
  ])('of %s are listed with their versions', async (language, names) => {
    for (const path of [dependenciesPath, `${dependenciesPath}/refresh`]) {
      const reply = await readReply(await service.send(`${path}?language=${language}`, {}))
      expect(reply).toMatchObject({ status: 200, body: { code: 0, message: 'success' } })
      const { dependencies } = reply.body.data as { dependencies: { name: string; version: string }[] }
      expect(dependencies.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
      for (const it of dependencies) {
        expect(Object.keys(it)).toEqual(['name', 'version'])
        expect(it.version).toMatch(/^\d/)
      }
    }
  })

  test.each(['python3', 'nodejs'])('of %s can be updated, which answers with nothing', async (language) => {
    const { status, body } = await service.post(`${dependenciesPath}/update`, { language })
    expect({ status, body }).toEqual({ status: 200, body: { code: 0, message: 'success', data: {} } })
  })

  test('are asked for by a known language', async () => {
    const reply = await readReply(await service.send(dependenciesPath, {}))
    expect(reply.body).toEqual({ code: -400, message: 'the field language is required', data: null })
    const { status, body } = await service.post(`${dependenciesPath}/update`, { language: 'perl' })
    expect({ status, body }).toEqual({ status: 400, body: { code: -400, message: 'unsupported language', data: null } })
  })
})

describe('a service that is full', () => {
  const tooMany = { code: -503, message: 'Too many requests', data: null }
  const endless = { language: 'python3', code: 'while True: pass' }

  test.each([
    ['in all', { maxRuns: 2 }],
    ['for the key', { maxRuns: 10, maxRunsPerClient: 2 }],
  ])('%s refuses at once and takes the next when there is room', async (_name, options) => {
    await using full = await openService(sandbox, options)
    const controller = new AbortController()
    const held = [1, 2].map(() => full.post(runPath, endless, { signal: controller.signal }))
    const ends = Promise.allSettled(held)
    await eventually('both are taken', () => full.runs.stats().active === 2)
    const { status, headers, body } = await full.post(runPath, { language: 'nodejs', code: 'console.log(1)' })
    expect({ status, body }).toEqual({ status: 503, body: tooMany })
    expect(headers.get('retry-after')).toBe('1')
    controller.abort()
    await ends
    await eventually('both are gone', () => full.runs.stats().active === 0)
    expect(await runOn(full, { language: 'nodejs', code: 'console.log(1)' })).toMatchObject({ stdout: '1\n' })
  })

  test('answers every request of a flood rightly', async () => {
    await using full = await openService(sandbox, { maxRuns: 4 })
    const replies = await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const body = { language: 'python3', code: `import time\ntime.sleep(0.1)\nprint(${n})` }
        const reply = await full.post(runPath, body)
        if (reply.status === 503) expect(reply.body).toEqual(tooMany)
        else expect(reply.body.data).toEqual({ stdout: `${n}\n`, stderr: '', error: '', exit_code: 0 })
        return reply.status
      }),
    )
    expect(replies.filter((status) => status === 200).length).toBeGreaterThanOrEqual(4)
  })

  test('or that stops answers 503 as well', async () => {
    await using stopping = await openService(sandbox)
    await stopping.runs.close()
    const { status, body } = await stopping.post(runPath, endless)
    expect({ status, code: body.code }).toEqual({ status: 503, code: -503 })
  })
})
