import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../../codenode/test/support/refusal.ts'
import { client, double, forever, start, untilItPrints, useRunServices } from '../../test/support/run-services.ts'

const { inFolder, open } = useRunServices()

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
    const file = inFolder('keys.sqlite')
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
