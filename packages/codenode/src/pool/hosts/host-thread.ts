/** The thread of a sandbox host: a whole sandbox that takes its orders by message. */
import { parentPort, workerData } from 'node:worker_threads'
import { ForkingSandbox } from '../forking/forking-sandbox.ts'
import { type FromHost, type HostData, splitExecution, type ToHost } from './messages.ts'
import { toSentError } from './sent-error.ts'

/** How often changed figures are told. */
const statsMs = 250

// A worker has a port to its parent, who gives it these data.
const port = parentPort as NonNullable<typeof parentPort>
const { options, folder } = workerData as HostData

const cancels = new Map<number, AbortController>()
let outbox: FromHost[] = []
let told = ''

const sandbox = new ForkingSandbox(options, folder)
port.on('message', (message: ToHost) => take(message))
sandbox.open().then(
  () => {
    say({ type: 'ready', isolation: sandbox.isolation })
    setInterval(tellStats, statsMs).unref()
    tellStats()
  },
  async (error: unknown) => {
    say({ type: 'refused', id: null, error: toSentError(error) })
    await close()
  },
)

function take(message: ToHost): void {
  switch (message.type) {
    case 'run':
      void run(message)
      return
    case 'cancel':
      cancels.get(message.id)?.abort()
      return
    case 'ping':
      say({ type: 'pong' })
      return
    case 'close':
      void close()
  }
}

async function run({ id, program, wantsLogs }: Extract<ToHost, { type: 'run' }>): Promise<void> {
  const cancel = new AbortController()
  cancels.set(id, cancel)
  try {
    const execution = await sandbox.run(program, {
      signal: cancel.signal,
      ...(wantsLogs ? { onLog: (entry) => say({ type: 'log', id, entry }) } : {}),
    })
    say({ type: 'ended', id, ...splitExecution(execution) })
  } catch (error) {
    say({ type: 'refused', id, error: toSentError(error) })
  } finally {
    cancels.delete(id)
  }
}

/** What is said in one turn is sent as one message. */
function say(message: FromHost): void {
  if (outbox.push(message) === 1) queueMicrotask(send)
}

function send(): void {
  port.postMessage(outbox)
  outbox = []
}

function tellStats(): void {
  const { runtimes, ending } = sandbox.stats()
  const text = JSON.stringify({ runtimes, ending })
  if (text === told) return
  told = text
  say({ type: 'stats', runtimes, ending })
}

async function close(): Promise<void> {
  await sandbox.close()
  // What was said last leaves before the port closes, and without the port the thread ends.
  if (outbox.length > 0) send()
  port.close()
}
