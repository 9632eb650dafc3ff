import { connect, createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { afterFairly } from './fair-timer.ts'

/** This thread does nothing else for so long. */
function holdUp(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

const wait = (ms: number, onExtended?: (byMs: number) => void) =>
  new Promise<number>((resolve) => {
    const began = performance.now()
    afterFairly(ms, () => resolve(performance.now() - began), onExtended)
  })

describe('a wait that is fair', () => {
  test('is over after its time', async () => {
    expect(await wait(100)).toBeGreaterThanOrEqual(99)
  })

  test('lasts longer by what this thread was held up, and says so', async () => {
    const extended: number[] = []
    const over = wait(500, (byMs) => extended.push(byMs))
    holdUp(2_000)
    expect(await over).toBeGreaterThan(2_300)
    expect(extended.reduce((sum, it) => sum + it, 0)).toBeGreaterThan(1_800)
  })

  test('does not end when it was called off', async () => {
    let isOver = false
    const cancel = afterFairly(20, () => {
      isOver = true
    })
    cancel()
    cancel()
    await wait(200)
    expect(isOver).toBe(false)
  })

  test('hears what has arrived before it is over', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
    await new Promise((resolve) => server.once('listening', resolve))
    const address = server.address()
    const client = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1')
    const events: string[] = []
    const socket = await accepted
    socket.on('data', () => events.push('heard'))
    const over = new Promise<void>((resolve) => {
      afterFairly(60, () => {
        events.push('over')
        resolve()
      })
    })
    // Just before the timer and the arrival are due together: less than what counts as being held up.
    await new Promise((resolve) => setTimeout(resolve, 20))
    client.write('x')
    holdUp(80)
    await over
    expect(events).toEqual(['heard', 'over'])
    client.destroy()
    socket.destroy()
    server.close()
  })
})
