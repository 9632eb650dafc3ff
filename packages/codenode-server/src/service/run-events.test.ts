import type { CodeNodeInput } from 'codenode/internal/contract/node'
import { describe, expect, test } from 'vitest'
import {
  client,
  collect,
  double,
  forever,
  limits,
  numberNode,
  retrying,
  start,
  useRunServices,
} from '../../test/support/run-services.ts'
import type { SequencedEvent } from './api/types.ts'

const { open } = useRunServices()

describe('events', () => {
  const failing =
    'import sys\ndef main(n):\n    print("a")\n    print("b", file=sys.stderr)\n    raise ValueError("no")'
  const defaults: Partial<CodeNodeInput> = {
    error_strategy: 'default-value',
    default_value: [{ key: 'n', type: 'number', value: 1 }],
  }

  test.each<[string, CodeNodeInput]>([
    ['that prints', numberNode('def main(n):\n    print("a")\n    return {"n": n}')],
    ['with retries', numberNode(failing, { retry_config: retrying })],
    ['with retries and default values', numberNode(failing, { retry_config: retrying, ...defaults })],
    ['that is not retried', numberNode('def main(', { retry_config: retrying })],
    ['that is refused before its first attempt', numberNode(`#${'x'.repeat(limits.codeBytes)}`)],
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
    const waiting = numberNode(failing, { retry_config: { ...retrying, retry_interval: 5000 } })
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
    const run = start(service, numberNode(failing, { retry_config: retrying }))
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
    const run = start(
      service,
      numberNode('def main(n):\n    for i in range(n): print(i, flush=True)\n    return {"n": n}'),
    )
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
