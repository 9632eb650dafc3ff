import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { listenForStop } from './stop-signals.ts'
import { openTerminal } from './terminal.ts'

const terminal = openTerminal(process.stderr)

/** A real signal to this process; resolves when its listeners have been called. */
async function hangUp(): Promise<void> {
  const heard = once(process, 'SIGHUP')
  process.kill(process.pid, 'SIGHUP')
  await heard
}

test('SIGHUP has settings read again, also where it comes before there is anything to read them for', async () => {
  const stop = listenForStop(terminal, { reloads: true })
  try {
    const reload = vi.fn()
    await hangUp()
    stop.onHangUp(reload)
    expect(reload).toHaveBeenCalledTimes(1)
    await hangUp()
    expect(reload).toHaveBeenCalledTimes(2)
    expect(await Promise.race([stop.asked, Promise.resolve('serves on')])).toBe('serves on')
  } finally {
    stop.forget()
  }
})

test('SIGHUP stops where there is nothing to read again', async () => {
  const stop = listenForStop(terminal)
  try {
    stop.onHangUp(() => undefined)
    await hangUp()
    expect(await stop.asked).toBe('SIGHUP')
  } finally {
    stop.forget()
  }
})
