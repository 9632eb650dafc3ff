import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../../../codenode/test/support/refusal.ts'
import { ByteRoom } from './byte-room.ts'
import { Seats } from './seats.ts'
import { weigh } from './weigh.ts'

describe('seats', () => {
  test('are refused when the runs of all, or of one client, hold too much, and are there again when those end', () => {
    const seats = new Seats({ max: 10, maxPerClient: 10, maxBytes: 100, maxBytesPerClient: 60 })
    const first = seats.take('a')
    first.hold(50)
    const second = seats.take('a')
    expect(refusalOf(() => second.hold(20))).toBe('too_many_runs')
    second.leave()
    const other = seats.take('b')
    other.hold(50)
    const third = seats.take('b')
    expect(refusalOf(() => third.hold(1))).toBe('pool_full')
    third.leave()
    expect([seats.taken, seats.bytes]).toEqual([2, 100])
    first.leave()
    other.leave()
    expect([seats.taken, seats.bytes, seats.byClient]).toEqual([0, 0, {}])
  })

  test('let in what is larger than all the room where nothing else is', () => {
    const room = new ByteRoom(100, 50)
    expect(room.take('a', 1000)).toBeNull()
    expect(room.take('b', 1)).toBe('all')
    room.give('a', 1000)
    expect(room.take('b', 1)).toBeNull()
  })
})

test.each([
  ['a long text', 'x'.repeat(1000), 1000],
  ['many small values', Array.from({ length: 1000 }, () => 1), 8000],
  ['many empty objects', Array.from({ length: 1000 }, () => ({})), 8000],
  ['long names', { ['k'.repeat(1000)]: 1 }, 1000],
  ['deep ones', JSON.parse(`${'['.repeat(1000)}${']'.repeat(1000)}`), 8000],
])('%s weigh about what they take', (_, value, least) => {
  const bytes = weigh(value)
  expect(bytes).toBeGreaterThanOrEqual(least)
  expect(bytes).toBeLessThan(least * 5)
})

test('a value that contains itself is weighed once', () => {
  const value: Record<string, unknown> = { text: 'x'.repeat(100) }
  value.self = value
  expect(weigh(value)).toBeLessThan(500)
})
