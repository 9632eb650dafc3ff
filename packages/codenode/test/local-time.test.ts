/** Local time is UTC unless the operator sets it, and code can set its own. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type CodenodeError, createSandbox, type RunningSandbox, runNode } from '../src/index.ts'
import { resultOf, runCode } from './support/sandbox.ts'

const ask = {
  python: `import os, time, datetime
def main():
    return {"local": datetime.datetime.fromtimestamp(0).isoformat(), "zone": time.tzname[0], "variable": os.environ["TZ"]}`,
  javascript: `function main() {
  const pad = (n) => String(n).padStart(2, '0')
  const day = new Date(0)
  return { local: \`1970-01-\${pad(day.getDate())}T\${pad(day.getHours())}:00:00\`, variable: process.env.TZ,
    zone: new Intl.DateTimeFormat().resolvedOptions().timeZone }
}`,
} as const

const withSandbox = async (timeZone: string | undefined, use: (sandbox: RunningSandbox) => Promise<void>) => {
  await using sandbox = await createSandbox({
    runtimes: [],
    packages: 'none',
    spares: 0,
    ...(timeZone === undefined ? {} : { timeZone }),
  })
  await use(sandbox)
}

const languages = ['python', 'javascript'] as const

afterEach(() => vi.unstubAllEnvs())

describe('the local time of runs', () => {
  test('is UTC, whatever the machine has', async () => {
    for (const name of ['TZ', 'CODENODE_TZ']) vi.stubEnv(name, undefined)
    await withSandbox(undefined, async (sandbox) => {
      for (const language of languages) {
        const seen = resultOf(await runCode(sandbox, language, ask[language]))
        expect(seen).toEqual({ local: '1970-01-01T00:00:00', zone: 'UTC', variable: 'UTC' })
      }
    })
  })

  test('is the zone that is named, in every language', async () => {
    await withSandbox('Asia/Shanghai', async (sandbox) => {
      const expected = { local: '1970-01-01T08:00:00', variable: 'Asia/Shanghai' }
      expect(resultOf(await runCode(sandbox, 'python', ask.python))).toEqual({ ...expected, zone: 'CST' })
      expect(resultOf(await runCode(sandbox, 'javascript', ask.javascript))).toEqual({
        ...expected,
        zone: 'Asia/Shanghai',
      })
    })
  })

  test('is that of CODENODE_TZ, which wins over TZ', async () => {
    vi.stubEnv('TZ', 'Europe/Berlin')
    vi.stubEnv('CODENODE_TZ', 'Asia/Tokyo')
    await withSandbox(undefined, async (sandbox) => {
      expect(resultOf(await runCode(sandbox, 'javascript', ask.javascript))).toMatchObject({ zone: 'Asia/Tokyo' })
    })
  })

  test('is refused with the option’s name where there is no such zone', async () => {
    const refused = await createSandbox({ timeZone: 'Asia/Peking' }).catch((error: CodenodeError) => error)
    expect(refused).toMatchObject({
      code: 'configuration_invalid',
      details: { issues: [{ path: 'timeZone', message: expect.stringContaining('Asia/Peking') as string }] },
    })
  })
})

describe('TZ set by the code', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await createSandbox({ runtimes: [], spares: 0, timeZone: 'America/New_York' })
  })
  afterAll(async () => await sandbox.close())

  test('is obeyed by tzset, before main too', async () => {
    const code =
      'import os, time, datetime\nos.environ["TZ"] = "Asia/Shanghai"\ntime.tzset()\ndef main():\n    return {"local": datetime.datetime.fromtimestamp(0).isoformat(), "name": time.tzname[0]}'
    const node = {
      type: 'code' as const,
      title: 'T',
      code_language: 'python3' as const,
      code,
      variables: [],
      outputs: { local: { type: 'string' as const }, name: { type: 'string' as const } },
    }
    const { outputs } = await runNode(node, {}, { sandbox })
    expect(outputs).toEqual({ local: '1970-01-01T08:00:00', name: 'CST' })
  })

  test('is obeyed in a whole program, as Dify sends it', async () => {
    const code =
      'import os, time\nos.environ["TZ"] = "Asia/Shanghai"\ntime.tzset()\nprint(time.strftime("%H %Z", time.localtime(0)))'
    const { outcome, logs } = await runCode(sandbox, 'python', code, { mode: 'script' })
    expect(outcome).toMatchObject({ status: 'exited', exitCode: 0 })
    expect(logs.map(({ text }) => text).join('')).toBe('08 CST\n')
  })

  test('is obeyed by JavaScript at once', async () => {
    const code =
      "process.env.TZ = 'Asia/Kolkata'\nfunction main() { return { offset: new Date(0).getTimezoneOffset() } }"
    expect(resultOf(await runCode(sandbox, 'javascript', code))).toEqual({ offset: -330 })
  })

  test('ends with the run', async () => {
    expect(resultOf(await runCode(sandbox, 'python', ask.python))).toMatchObject({ zone: 'EST' })
    expect(resultOf(await runCode(sandbox, 'javascript', ask.javascript))).toMatchObject({ zone: 'America/New_York' })
  })
})
