import { describe, expect, test } from 'vitest'
import { CodenodeError } from '../../contract/error.ts'
import { type SpareChild, Spares } from './spares.ts'

type Order = { purpose: 'spare' | 'run'; ready: (child: SpareChild) => void; fail: (error: Error) => void }

/** Spares of which the test says when each child is ready. */
function setUp(least: number, most = least) {
  const orders: Order[] = []
  const fork = (purpose: Order['purpose']) =>
    new Promise<SpareChild>((ready, fail) => orders.push({ purpose, ready, fail }))
  return { spares: new Spares({ fork }, { count: { least, most }, isBusy: () => false }), orders }
}

function newChild() {
  return {
    isUsable: true,
    isOutdated: false,
    isKilled: false,
    kill() {
      this.isKilled = true
    },
  }
}

const lost = () => new CodenodeError('sandbox_lost', { message: 'gone' })

describe('spares', () => {
  test('a run without one takes the first child that is ready, whatever that was forked for', async () => {
    const { spares, orders } = setUp(2)
    spares.refill()
    const runs = [spares.take(), spares.take()]
    expect(orders.map(({ purpose }) => purpose)).toEqual(['spare', 'run'])
    const child = newChild()
    orders[1]?.ready(child)
    expect(await runs[0]).toBe(child)
    orders[0]?.ready(newChild())
    await runs[1]
    spares.close()
  })

  test('runs wait in the order in which they came, and each that finds nothing on its way forks for itself', async () => {
    const { spares, orders } = setUp(1)
    spares.refill()
    const taken: string[] = []
    const runs = ['first', 'second', 'third'].map((name) => spares.take().then(() => taken.push(name)))
    expect(orders.map(({ purpose }) => purpose)).toEqual(['spare', 'run', 'run'])
    for (const { ready } of orders.toReversed()) ready(newChild())
    await Promise.all(runs)
    expect(taken).toEqual(['first', 'second', 'third'])
    spares.close()
  })

  test('when spares went to runs that waited, others are forked behind them', async () => {
    const { spares, orders } = setUp(1)
    const run = spares.take()
    orders[0]?.ready(newChild())
    await run
    expect(spares.count).toBe(0)
    await expect.poll(() => orders.length).toBe(2)
    orders[1]?.ready(newChild())
    await expect.poll(() => spares.count).toBe(1)
    spares.close()
  })

  test('a spare that cannot be had is no failure of a run for which another child is on its way', async () => {
    const { spares, orders } = setUp(2)
    const runs = [spares.take(), spares.take()]
    const stop = new AbortController()
    const cancelled = spares.take(stop.signal)
    stop.abort()
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    orders[0]?.fail(new CodenodeError('sandbox_unavailable', { message: 'no memory' }))
    const children = [newChild(), newChild()]
    orders[1]?.ready(children[0] as SpareChild)
    orders[2]?.ready(children[1] as SpareChild)
    expect(await Promise.all(runs)).toEqual(children)
    spares.close()
  })

  test('a child that is lost on its way is forked again, three times in all; other reasons are told at once', async () => {
    const { spares, orders } = setUp(0)
    const run = spares.take()
    for (const at of [0, 1, 2]) {
      await expect.poll(() => orders.length).toBe(at + 1)
      orders[at]?.fail(lost())
    }
    await expect(run).rejects.toMatchObject({ code: 'sandbox_lost' })
    const other = spares.take()
    orders[3]?.fail(new CodenodeError('sandbox_unavailable', { message: 'no memory' }))
    await expect(other).rejects.toMatchObject({ code: 'sandbox_unavailable' })
    expect(orders).toHaveLength(4)
  })

  test('a zygote that takes the children of many runs with it costs each of them one try', async () => {
    const { spares, orders } = setUp(0)
    const runs = Array.from({ length: 4 }, () => spares.take())
    for (const { fail } of orders.slice(0, 4)) fail(lost())
    await expect.poll(() => orders.length).toBe(8)
    for (const { ready } of orders.slice(4)) ready(newChild())
    expect(await Promise.all(runs)).toHaveLength(4)
    expect(orders).toHaveLength(8)
    spares.close()
  })

  test('a spare that has died while it waited is passed over', async () => {
    const { spares, orders } = setUp(2)
    spares.refill()
    const [dead, alive] = [newChild(), newChild()]
    for (const [at, child] of [dead, alive].entries()) {
      orders[at]?.ready(child)
      await expect.poll(() => spares.count).toBe(at + 1)
    }
    dead.isUsable = false
    expect(await spares.take()).toBe(alive)
    spares.close()
  })

  test("a run that is cancelled leaves the line at once, and what was forked for it is the next one's", async () => {
    const { spares, orders } = setUp(0)
    const controller = new AbortController()
    const [first, second] = [spares.take(controller.signal), spares.take()]
    controller.abort()
    await expect(first).rejects.toMatchObject({ code: 'cancelled' })
    const [early, late] = [newChild(), newChild()]
    orders[0]?.ready(early)
    expect(await second).toBe(early)
    orders[1]?.ready(late)
    await expect.poll(() => spares.count).toBe(1)
    expect(await spares.take(AbortSignal.abort())).toBe(late)
    await expect(spares.take(AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
    spares.close()
  })

  test('they are forked one after the other, and before the last is gone', async () => {
    const { spares, orders } = setUp(4)
    spares.refill()
    for (const count of [1, 2, 3, 4]) {
      expect(orders).toHaveLength(count)
      orders[count - 1]?.ready(newChild())
      await expect.poll(() => spares.count).toBe(count)
    }
    expect(orders).toHaveLength(4)
    for (const _ of [1, 2, 3]) spares.takeReady()
    expect(orders).toHaveLength(5)
    spares.close()
  })

  test('runs that find none raise the number', async () => {
    const { spares, orders } = setUp(2, 32)
    const run = spares.take()
    orders[0]?.ready(newChild())
    await run
    for (const count of [1, 2, 3, 4]) {
      await expect.poll(() => orders.length).toBe(count + 1)
      orders[count]?.ready(newChild())
      await expect.poll(() => spares.count).toBe(count)
    }
    expect(orders).toHaveLength(5)
    spares.close()
  })

  test('outdated ones serve until others are there, and what comes outdated is not kept', async () => {
    const { spares, orders } = setUp(2)
    spares.refill()
    const [one, other, late, ...fresh] = Array.from({ length: 5 }, newChild)
    for (const [at, child] of [one, other].entries()) {
      if (child) orders[at]?.ready(child)
      await expect.poll(() => spares.count).toBe(at + 1)
    }
    for (const child of [one, other, late]) if (child) child.isOutdated = true
    const renewed = spares.renew()
    expect(spares.takeReady()).toBe(one)
    // Ordered for the run that took one, from the interpreter before.
    await expect.poll(() => orders.length).toBe(4)
    if (late) orders[3]?.ready(late)
    await expect.poll(() => late?.isKilled).toBe(true)
    if (fresh[0]) orders[2]?.ready(fresh[0])
    await renewed
    expect(other?.isKilled).toBe(true)
    await expect.poll(() => orders.length).toBe(5)
    if (fresh[1]) orders[4]?.ready(fresh[1])
    await expect.poll(() => spares.count).toBe(2)
    expect([spares.takeReady(), spares.takeReady()]).toEqual(fresh)
    spares.close()
  })

  test('closing refuses who waits and kills what is there or comes later', async () => {
    const { spares, orders } = setUp(1)
    spares.refill()
    const [ready, late] = [newChild(), newChild()]
    orders[0]?.ready(ready)
    await expect.poll(() => spares.count).toBe(1)
    await spares.take()
    const waiting = spares.take()
    spares.close()
    await expect(waiting).rejects.toMatchObject({ code: 'sandbox_closed' })
    orders[1]?.ready(late)
    await expect.poll(() => late.isKilled).toBe(true)
  })
})
