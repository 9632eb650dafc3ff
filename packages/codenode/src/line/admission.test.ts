import { describe, expect, test } from 'vitest'
import { Admission } from './admission.ts'

describe('the waiting line', () => {
  test('runs past the limit wait, first come, first served', async () => {
    const admission = new Admission({ maxRunning: 1, maxWaiting: 2 })
    const order: string[] = []
    await admission.enter()
    const second = admission.enter().then(() => order.push('second'))
    const third = admission.enter().then(() => order.push('third'))
    expect([admission.running, admission.waiting]).toEqual([1, 2])
    admission.leave()
    await second
    admission.leave()
    await third
    expect(order).toEqual(['second', 'third'])
    admission.leave()
    expect([admission.running, admission.waiting]).toEqual([0, 0])
  })

  test('a run for which there is room need not wait, and one past the limit is told that it has to', async () => {
    const admission = new Admission({ maxRunning: 1, maxWaiting: 1 })
    expect([admission.tryEnter(), admission.tryEnter()]).toEqual([true, false])
    const waiting = admission.enter()
    admission.leave()
    await waiting
    expect([admission.running, admission.waiting]).toEqual([1, 0])
    admission.close()
    expect(() => admission.tryEnter()).toThrow(expect.objectContaining({ code: 'sandbox_closed' }))
  })

  test('a run past the line is refused at once as pool_full', async () => {
    const admission = new Admission({ maxRunning: 1, maxWaiting: 0 })
    await admission.enter()
    await expect(admission.enter()).rejects.toMatchObject({ code: 'pool_full', details: { waiting: 0 } })
  })

  test('a run that is cancelled while it waits leaves the line', async () => {
    const admission = new Admission({ maxRunning: 1, maxWaiting: 5 })
    await admission.enter()
    const controller = new AbortController()
    const waiting = admission.enter(controller.signal)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' })
    expect(admission.waiting).toBe(0)
    await expect(admission.enter(controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('clients take turns: one that asks for many does not hold up another', async () => {
    const admission = new Admission({ maxRunning: 1, maxWaiting: 100 })
    await admission.enter(undefined, 'flood')
    const order: string[] = []
    const ask = (client: string, name: string) => admission.enter(undefined, client).then(() => order.push(name))
    const all = [1, 2, 3, 4].map((index) => ask('flood', `flood ${index}`))
    all.push(ask('other', 'other 1'), ask('third', 'third 1'), ask('other', 'other 2'))
    for (const _ of all) {
      admission.leave()
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(all)
    expect(order).toEqual(['flood 1', 'other 1', 'third 1', 'flood 2', 'other 2', 'flood 3', 'flood 4'])
    expect(admission.waiting).toBe(0)
  })

  test('closing refuses those who wait and those who come', async () => {
    const admission = new Admission({ maxRunning: 1, maxWaiting: 5 })
    await admission.enter()
    const waiting = admission.enter()
    admission.close()
    await expect(waiting).rejects.toMatchObject({ code: 'sandbox_closed' })
    await expect(admission.enter()).rejects.toMatchObject({ code: 'sandbox_closed' })
  })
})
