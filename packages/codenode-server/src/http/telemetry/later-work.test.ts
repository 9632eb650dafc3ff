import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { LaterWork } from './later-work.ts'

test('is done in a later turn of the event loop, in order, once', async () => {
  const work = new LaterWork()
  const done: string[] = []
  for (const name of ['first', 'second']) work.add(() => done.push(name))
  expect(done).toEqual([])
  await nextTurn()
  await nextTurn()
  expect(done).toEqual(['first', 'second'])
})

test('is done at once where its result is asked for', async () => {
  const work = new LaterWork()
  const done = vi.fn()
  work.add(done)
  work.finish()
  expect(done).toHaveBeenCalledTimes(1)
  await nextTurn()
  expect(done).toHaveBeenCalledTimes(1)
})

test('what throws becomes a warning, and the rest is done', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const work = new LaterWork()
  const done = vi.fn()
  work.add(() => {
    throw new Error('broken')
  })
  work.add(done)
  work.finish()
  expect(done).toHaveBeenCalledTimes(1)
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ message: 'broken' }))
  warn.mockRestore()
})
