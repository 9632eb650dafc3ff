import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CodenodeError } from 'codenode/internal/contract/error'
import { defaultLimits } from 'codenode/internal/contract/limits'
import type { CodeNodeInput } from 'codenode/internal/contract/node'
import { createSandbox, type RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { RunService, RunServiceOptions, SequencedEvent, StartedRun, StartOptions } from './api/types.ts'
import { createRunService } from './run-service.ts'

const limits = { ...defaultLimits, wallMs: 120_000, cpuMs: 120_000 }
const client = 'local'
let sandbox: RunningSandbox
let folder: string
const opened: RunService[] = []

beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'], spares: 1, maxRunning: 4, limits })
  folder = mkdtempSync(path.join(tmpdir(), 'codenode-service-'))
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((service) => service.close({ deadlineMs: 0 })))
})

afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

type Settings = Partial<Omit<RunServiceOptions, 'history'>> & { history?: Partial<RunServiceOptions['history']> }

function open({ history, ...options }: Settings = {}): RunService {
  const kept = { file: ':memory:', maxRuns: 1000, maxAgeDays: 1, inputs: true, ...history }
  const service = createRunService({ sandbox, limits, maxRuns: 100, ...options, history: kept })
  opened.push(service)
  return service
}

function code(text: string, more: Partial<CodeNodeInput> = {}): CodeNodeInput {
  return {
    type: 'code',
    title: 'Test',
    code: text,
    variables: [{ variable: 'n' }],
    outputs: { n: { type: 'number' } },
    ...more,
  }
}

const double = code('def main(n):\n    return {"n": n * 2}')
const forever = code('def main(n):\n    print("on", flush=True)\n    while True: pass')
const retrying = { retry_enabled: true, max_retries: 2, retry_interval: 20 }

function start(service: RunService, node: CodeNodeInput, options: Partial<StartOptions> = {}): StartedRun {
  return service.start({ node, inputs: { n: 21 } }, { client, ...options })
}

/** The code of what is thrown. */
function refusalOf(attempt: () => unknown): string {
  try {
    attempt()
  } catch (error) {
    if (error instanceof CodenodeError) return String(error.code)
    throw error
  }
  return 'nothing was thrown'
}

async function collect(events: AsyncIterable<SequencedEvent>): Promise<SequencedEvent[]> {
  const all: SequencedEvent[] = []
  for await (const one of events) all.push(one)
  return all
}

/** Reads the events of a run up to its first log: then its code runs. */
async function untilItPrints(service: RunService, { id }: StartedRun): Promise<void> {
  for await (const { event } of service.follow(id, client, {})) if (event.type === 'log') return
}

describe('a run', () => {
  test('is `running` until it has ended, and then its record', async () => {
    const service = open()
    const run = start(service, double)
    expect(service.get(run.id, client)).toEqual({
      id: run.id,
      status: 'running',
      startedAt: expect.any(String) as string,
      node: { id: null, title: 'Test' },
    })
    const record = await run.record
    expect(record).toMatchObject({ id: run.id, status: 'succeeded', outputs: { n: 42 } })
    expect(service.get(run.id, client)).toEqual(record)
    expect(service.request(run.id, client)).toEqual({ node: double, inputs: { n: 21 }, rerunOf: null, secrets: [] })
    expect(service.stats()).toMatchObject({
      active: 0,
      most: 100,
      byClient: {},
      history: { isWritable: true, problem: null },
    })
  })

  test('starts at the same time in its document, its record and the list', async () => {
    const service = open()
    const run = start(service, double)
    const { startedAt } = service.get(run.id, client)
    expect(service.list({}, client).runs).toMatchObject([
      { startedAt, status: 'running', attempts: 0, durationMs: null },
    ])
    expect((await run.record).startedAt).toBe(startedAt)
    expect(service.list({}, client).runs).toMatchObject([{ startedAt, status: 'succeeded', attempts: 1 }])
  })

  test.each([
    ['node_invalid', { node: { ...double, code: '' }, inputs: {} }],
    ['node_invalid', { node: null as unknown as CodeNodeInput, inputs: {} }],
    ['inputs_invalid', { node: double, inputs: [1] }],
    ['inputs_invalid', { node: double, inputs: { n: Number.NaN } }],
  ])('with a mistake of the caller throws %s at once and leaves nothing', (refusal, request) => {
    const service = open()
    expect(refusalOf(() => service.start(request, { client }))).toBe(refusal)
    expect(service.stats()).toMatchObject({ active: 0, byClient: {} })
    expect(service.list({}, client).runs).toEqual([])
  })

  test('keeps long integers, in inputs and outputs', async () => {
    const service = open()
    const inputs = { n: 9_007_199_254_740_993n }
    const run = service.start({ node: code('def main(n):\n    return {"n": n}'), inputs }, { client })
    await run.record
    expect(service.get(run.id, client)).toMatchObject({ outputs: inputs })
    expect(service.request(run.id, client).inputs).toEqual(inputs)
  })

  test('keeps no inputs where that is set', async () => {
    const service = open({ history: { inputs: false } })
    const run = start(service, double)
    expect(service.request(run.id, client).inputs).toBeNull()
    await run.record
    expect(service.request(run.id, client)).toEqual({ node: double, inputs: null, rerunOf: null, secrets: [] })
  })

  test('does not exist for another client', async () => {
    const service = open()
    const run = start(service, double, { client: 'key_a' })
    const check = async () => {
      expect(refusalOf(() => service.get(run.id, client))).toBe('run_not_found')
      expect(refusalOf(() => service.request(run.id, client))).toBe('run_not_found')
      expect(refusalOf(() => service.follow(run.id, client, {}))).toBe('run_not_found')
      await expect(service.cancel(run.id, client)).rejects.toMatchObject({ code: 'run_not_found' })
      expect(service.list({}, client).runs).toEqual([])
    }
    await check()
    await run.record
    await check()
    expect(service.list({}, 'key_a').runs).toMatchObject([{ id: run.id }])
  })

  test('is told to listeners with its client and language; one that throws disturbs nobody', async () => {
    const service = open()
    const told: unknown[] = []
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    service.onEnded(() => {
      throw new Error('a listener failed')
    })
    service.onEnded((record, info) => told.push([record.id, info]))
    const run = start(service, double)
    await run.record
    expect(told).toEqual([[run.id, { client, language: 'python' }]])
    expect((await warned).message).toBe('a listener failed')
  })
})

describe('limits', () => {
  test('one client may have so many runs, all together so many; a seat is free when its run has ended', async () => {
    const service = open({ maxRuns: 3, maxRunsPerClient: 2 })
    const first = start(service, forever, { client: 'key_a' })
    start(service, forever, { client: 'key_a' })
    expect(refusalOf(() => start(service, double, { client: 'key_a' }))).toBe('too_many_runs')
    start(service, forever, { client: 'key_b' })
    expect(refusalOf(() => start(service, double, { client: 'key_b' }))).toBe('pool_full')
    expect(service.stats()).toMatchObject({ active: 3, byClient: { key_a: 2, key_b: 1 } })
    await expect(service.runProgram({ language: 'python', code: '' }, { client })).rejects.toMatchObject({
      code: 'pool_full',
    })

    await service.cancel(first.id, 'key_a')
    expect(service.stats()).toMatchObject({ active: 2, byClient: { key_a: 1, key_b: 1 } })
    expect(await start(service, double, { client: 'key_a' }).record).toMatchObject({ status: 'succeeded' })
  })
})

describe('a program', () => {
  test('is run as it is, within the limits, and is not kept', async () => {
    const service = open({ limits: { ...limits, codeBytes: 100, inputBytes: 3 } })
    const running = service.runProgram({ language: 'python', code: 'print("a", end="")' }, { client })
    expect(service.stats().byClient).toEqual({ local: 1 })
    expect(await running).toMatchObject({
      outcome: { status: 'exited', exitCode: 0 },
      logs: [{ stream: 'stdout', text: 'a' }],
    })
    expect(service.stats().active).toBe(0)
    expect(service.list({}, client).runs).toEqual([])
    await expect(service.runProgram({ language: 'python', code: '#'.repeat(105) }, { client })).rejects.toMatchObject({
      code: 'code_too_large',
      details: { bytes: 105, codeBytes: 104 },
    })
  })

  test('ends when its caller goes', async () => {
    const service = open()
    const caller = new AbortController()
    const running = service.runProgram(
      { language: 'python', code: 'print("on", flush=True)\nwhile True: pass' },
      { client, signal: caller.signal, onLog: () => caller.abort() },
    )
    expect(await running).toMatchObject({ outcome: { status: 'cancelled' } })
  })
})

describe('an idempotency key', () => {
  const key = { idempotencyKey: 'order-1' }

  test('joins the run in progress, which both then see end', async () => {
    const service = open()
    const first = start(service, double, key)
    const second = start(service, double, key)
    expect(second).toMatchObject({ id: first.id, isNew: false })
    expect(await second.record).toEqual(await first.record)
  })

  test('means the run that has ended, also after a restart', async () => {
    const file = path.join(folder, 'keys.sqlite')
    const before = open({ history: { file } })
    const first = start(before, double, key)
    const record = await first.record
    const again = start(before, double, key)
    expect(again).toMatchObject({ id: first.id, isNew: false })
    await before.close()

    const after = open({ history: { file } })
    const later = start(after, double, key)
    expect(later).toMatchObject({ id: first.id, isNew: false })
    expect(await later.record).toEqual(record)
  })

  test('of another client is another key; with another request it conflicts', async () => {
    const service = open()
    const first = start(service, double, key)
    const other = start(service, double, { ...key, client: 'key_b' })
    expect(other.isNew).toBe(true)
    for (const request of [
      { node: double, inputs: { n: 22 } },
      { node: forever, inputs: { n: 21 } },
      { node: double, inputs: { n: 21 }, nodeId: 'x' },
    ]) {
      expect(refusalOf(() => service.start(request, { client, ...key }))).toBe('idempotency_conflict')
    }
    expect(refusalOf(() => start(service, double, { ...key, outputs: 'any' }))).toBe('idempotency_conflict')
    await Promise.all([first.record, other.record])
  })

  test('takes no seat of its own, and a run goes on while one of those that wait for it is there', async () => {
    const service = open({ maxRuns: 1 })
    const [one, two] = [new AbortController(), new AbortController()]
    const first = start(service, forever, { ...key, signal: one.signal })
    start(service, forever, { ...key, signal: two.signal })
    await untilItPrints(service, first)
    one.abort()
    expect(service.get(first.id, client).status).toBe('running')
    two.abort()
    expect((await first.record).status).toBe('cancelled')
  })

  test('that is too long is refused', () => {
    expect(refusalOf(() => start(open(), double, { idempotencyKey: 'x'.repeat(256) }))).toBe('request_invalid')
  })
})

describe('events', () => {
  const failing =
    'import sys\ndef main(n):\n    print("a")\n    print("b", file=sys.stderr)\n    raise ValueError("no")'
  const defaults: Partial<CodeNodeInput> = {
    error_strategy: 'default-value',
    default_value: [{ key: 'n', type: 'number', value: 1 }],
  }

  test.each<[string, CodeNodeInput]>([
    ['that prints', code('def main(n):\n    print("a")\n    return {"n": n}')],
    ['with retries', code(failing, { retry_config: retrying })],
    ['with retries and default values', code(failing, { retry_config: retrying, ...defaults })],
    ['that is not retried', code('def main(', { retry_config: retrying })],
    ['that is refused before its first attempt', code(`#${'x'.repeat(limits.codeBytes)}`)],
  ])('of a run %s are the same live and from the history', async (_, node) => {
    const service = open()
    const run = start(service, node)
    const live = await collect(service.follow(run.id, client, {}))
    await run.record
    expect(await collect(service.follow(run.id, client, {}))).toEqual(live)
    expect(live.map(({ seq }) => seq)).toEqual(live.map((_, index) => index + 1))
    expect(live.at(-1)?.event).toEqual({ type: 'result', runId: run.id, record: await run.record })
  })

  test('of a run that was cancelled while it printed or waited are the same, too', async () => {
    const service = open()
    const waiting = code(failing, { retry_config: { ...retrying, retry_interval: 5000 } })
    for (const [node, until] of [
      [forever, 'log'],
      [waiting, 'attempt'],
    ] as const) {
      const run = start(service, node)
      const live: SequencedEvent[] = []
      for await (const one of service.follow(run.id, client, {})) {
        live.push(one)
        if (one.event.type === until) void service.cancel(run.id, client)
      }
      expect(await run.record).toMatchObject({ status: 'cancelled' })
      expect(await collect(service.follow(run.id, client, {}))).toEqual(live)
    }
  })

  test('are read from where a reader was, by any number of readers', async () => {
    const service = open()
    const run = start(service, code(failing, { retry_config: retrying }))
    const [all, rest] = await Promise.all([
      collect(service.follow(run.id, client, {})),
      collect(service.follow(run.id, client, { after: 2 })),
    ])
    expect(rest).toEqual(all.slice(2))
    expect(service.isAllTold(run.id, client, all.length)).toBe(true)
    expect(service.isAllTold(run.id, client, all.length - 1)).toBe(false)
    // Nobody can know later numbers; who asks behind them is told how the run ended.
    const late = await collect(service.follow(run.id, client, { after: 1000 }))
    expect(late).toEqual([{ seq: 10 ** 12, event: all.at(-1)?.event }])
    expect(service.isAllTold(run.id, client, 10 ** 12)).toBe(true)
  })

  test('a run does not wait for a slow reader, which misses nothing', async () => {
    const service = open()
    const run = start(service, code('def main(n):\n    for i in range(n): print(i, flush=True)\n    return {"n": n}'))
    const reader = service.follow(run.id, client, {})[Symbol.asyncIterator]()
    const first = await reader.next()
    const record = await run.record
    const rest = await collect({ [Symbol.asyncIterator]: () => reader })
    expect([first.value, ...rest]).toEqual(await collect(service.follow(run.id, client, {})))
    expect(record.logs.map(({ text }) => text).join('')).toBe(Array.from({ length: 21 }, (_, i) => `${i}\n`).join(''))
  })

  test('a reader that goes is let go while the run goes on', async () => {
    const service = open()
    const run = start(service, forever)
    const reader = new AbortController()
    for await (const { event } of service.follow(run.id, client, { signal: reader.signal })) {
      if (event.type === 'log') setImmediate(() => reader.abort())
    }
    expect(service.get(run.id, client).status).toBe('running')
  })

  test('who has read `result` finds the record', async () => {
    const service = open()
    const run = start(service, double)
    for await (const { event } of service.follow(run.id, client, {})) {
      if (event.type === 'result') expect(service.get(run.id, client)).toEqual(event.record)
    }
  })
})

describe('the end', () => {
  test('cancel ends a run that goes on and leaves one that has ended as it is', async () => {
    const service = open()
    const run = start(service, forever)
    await untilItPrints(service, run)
    const record = await service.cancel(run.id, client)
    expect(record).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' }, logs: [{ text: 'on\n' }] })
    expect(await service.cancel(run.id, client)).toEqual(record)
  })

  test('close waits for what runs and accepts nothing more', async () => {
    const service = open()
    const run = start(service, code('import time\ndef main(n):\n    time.sleep(0.2)\n    return {"n": n}'))
    const closed = service.close()
    expect(refusalOf(() => start(service, double))).toBe('service_stopping')
    await expect(service.runProgram({ language: 'python', code: '' }, { client })).rejects.toMatchObject({
      code: 'service_stopping',
    })
    expect(service.get(run.id, client).status).toBe('running')
    await closed
    expect((await run.record).status).toBe('succeeded')
    expect(refusalOf(() => service.get(run.id, client))).toBe('service_stopping')
    await service.close()
  })

  test('close ends what is left at the deadline as interrupted, and keeps its records and events', async () => {
    const file = path.join(folder, 'deadline.sqlite')
    const service = open({ history: { file } })
    const run = start(service, forever)
    const program = service.runProgram({ language: 'python', code: 'while True: pass' }, { client })
    await untilItPrints(service, run)
    const refused = program.catch((error: unknown) => error)
    const live = collect(service.follow(run.id, client, {}))
    await service.close({ deadlineMs: 10 })
    const error = { code: 'run_interrupted', blame: 'platform' }
    expect(await run.record).toMatchObject({ status: 'failed', error, attempts: [{ status: 'failed', error }] })
    expect(await refused).toMatchObject({ code: 'service_stopping' })
    const after = open({ history: { file } })
    expect(after.get(run.id, client)).toEqual(await run.record)
    expect(await collect(after.follow(run.id, client, {}))).toEqual(await live)
  })
})

describe('what waiting runs hold', () => {
  const large = { n: 1, text: 'x'.repeat(200_000) }
  const holding = code('def main(n, text):\n    while True: pass', {
    variables: [{ variable: 'n' }, { variable: 'text' }],
  })

  test('is bounded for all and for each client, and is there again when they end', async () => {
    const service = open({ maxBytes: 1_000_000, maxBytesPerClient: 500_000 })
    const begin = (owner: string) => service.start({ node: holding, inputs: large }, { client: owner })
    const own = [begin('a'), begin('a')]
    expect(refusalOf(() => begin('a'))).toBe('too_many_runs')
    const others = [begin('b'), begin('b')]
    expect(refusalOf(() => begin('c'))).toBe('pool_full')
    // What is small still finds a place.
    const small = start(service, double, { client: 'c' })
    await Promise.all(own.map(({ id }) => service.cancel(id, 'a')))
    await Promise.all(others.map(({ id }) => service.cancel(id, 'b')))
    expect(await small.record).toMatchObject({ status: 'succeeded' })
    const again = begin('c')
    await service.cancel(again.id, 'c')
    expect(service.stats()).toMatchObject({ active: 0, byClient: {} })
  })

  test('holds for programs and for runs that are run again', async () => {
    const service = open({ maxBytes: 300_000 })
    const first = service.start({ node: holding, inputs: large }, { client })
    const program = { language: 'python', code: `text = "${'x'.repeat(200_000)}"` } as const
    await expect(service.runProgram(program, { client })).rejects.toMatchObject({ code: 'pool_full' })
    await service.cancel(first.id, client)
    expect(await service.runProgram(program, { client })).toMatchObject({ outcome: { status: 'exited' } })

    const workflow = {
      nodes: [
        { id: 's', data: { type: 'start', variables: [{ variable: 'text', type: 'paragraph' }] } },
        { id: 'e', data: { type: 'end', outputs: [{ variable: 'out', value_selector: ['s', 'text'] }] } },
      ],
      edges: [{ source: 's', target: 'e' }],
    }
    const past = service.startWorkflow({ workflow, inputs: { text: large.text } }, { client })
    expect((await past.record).status).toBe('succeeded')
    const second = service.start({ node: holding, inputs: large }, { client })
    expect(refusalOf(() => service.replay({ runId: past.id }, { client }))).toBe('pool_full')
    await service.cancel(second.id, client)
    expect((await service.replay({ runId: past.id }, { client }).record).status).toBe('succeeded')
  })

  test('a request that joins a run by its key holds nothing more', async () => {
    const service = open({ maxBytes: 300_000 })
    const begin = () => service.start({ node: holding, inputs: large }, { client, idempotencyKey: 'one' })
    const first = begin()
    expect([begin().id, begin().id]).toEqual([first.id, first.id])
    await service.cancel(first.id, client)
  })
})
