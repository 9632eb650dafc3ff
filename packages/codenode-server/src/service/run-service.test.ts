import type { CodeNodeInput } from 'codenode/internal/contract/node'
import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../../codenode/test/support/refusal.ts'
import {
  client,
  collect,
  double,
  forever,
  limits,
  numberNode,
  start,
  untilItPrints,
  useRunServices,
} from '../../test/support/run-services.ts'

const { inFolder, open } = useRunServices()

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
    const run = service.start({ node: numberNode('def main(n):\n    return {"n": n}'), inputs }, { client })
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
    const run = start(service, numberNode('import time\ndef main(n):\n    time.sleep(0.2)\n    return {"n": n}'))
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
    const file = inFolder('deadline.sqlite')
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
  const holding = numberNode('def main(n, text):\n    while True: pass', {
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
