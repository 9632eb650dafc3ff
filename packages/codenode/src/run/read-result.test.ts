import { afterAll, describe, expect, test } from 'vitest'
import { defaultLimits } from '../contract/limits.ts'
import { holdOffload, offload } from '../offload/offload.ts'
import { LazyOutputs, readLazy } from '../values/lazy-outputs.ts'
import { readResult } from './read-result.ts'

const limits = { ...defaultLimits, resultBytes: defaultLimits.resultBytes }
const letGo = holdOffload()
afterAll(() => letGo())

describe('a large result', () => {
  test('is read in another thread and comes out as a small one does', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => ({
      id: index,
      name: `row ${index}`,
      ok: index % 2 === 0,
    }))
    const text = JSON.stringify({ rows, big: 1, extra: null }).replace('"big":1', '"big":9007199254740993')
    const specs = {
      rows: {
        type: 'array[object]',
        children: { id: { type: 'number' }, name: { type: 'string' }, ok: { type: 'number' } },
      },
      big: { type: 'number' },
    } as const
    const read = await readResult(text, specs, limits)
    if (read.status !== 'passed') throw new Error('refused')
    expect(read.outputs).toBeInstanceOf(LazyOutputs)
    expect(read.warnings).toMatchObject([{ code: 'output_undeclared', path: 'outputs.extra' }])
    const { rows: kept, big } = readLazy(read.outputs)
    expect(big).toBe(9007199254740993n)
    expect(kept).toEqual(rows.map(({ id, name, ok }) => ({ id, name, ok: ok ? 1 : 0 })))
  })

  test.each([
    ['of too many values', `[${'{},'.repeat(260_000)}0]`, 'result_too_many_values'],
    ['that is no JSON', `["${'x'.repeat(300_000)}`, 'result_malformed'],
    ['that breaks a rule', JSON.stringify('x'.repeat(400_001)), 'output_too_long'],
  ])('%s is refused with the reason', async (_, json, code) => {
    const read = await readResult(`{"a":${json}}`, { a: { type: 'string' } }, limits)
    expect(read).toMatchObject({ status: 'refused', failure: { code } })
  })

  test('leaves the thread that serves free meanwhile', async () => {
    const text = JSON.stringify(Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`key${index}`, 1])))
    let turns = 0
    const reading = readResult(text, 'any', limits)
    const count = setInterval(() => turns++, 1)
    expect(await reading).toMatchObject({ status: 'passed' })
    clearInterval(count)
    expect(turns).toBeGreaterThan(5)
  })

  test('many at once are all read, each its own', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => JSON.stringify({ a: String(index % 10).repeat(300_000) }))
    const read = await Promise.all(texts.map((text) => readResult(text, 'any', limits)))
    expect(read.map((one) => (one.status === 'passed' ? readLazy(one.outputs) : null))).toEqual(
      texts.map((text) => JSON.parse(text) as unknown),
    )
  })
})

test('when the last who needs them lets go, the threads end, and another start anew', async () => {
  const hold = holdOffload()
  const work = { resultJson: '{"a":1}', expected: 'any' as const, limits }
  expect(await offload('readOutputs', work)).toMatchObject({ outputsJson: '{"a":1}' })
  await hold()
  expect(await offload('readOutputs', work)).toMatchObject({ outputsJson: '{"a":1}' })
})
