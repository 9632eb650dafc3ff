import type { Readable, Writable } from 'node:stream'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { buildMcpServer, type McpOptions } from './build-server.ts'
import { LosslessStdioTransport } from './lossless-stdio.ts'
import { maxMessageBytes } from './message-size.ts'

export type StdioOptions = Omit<McpOptions, 'onFailure'> & {
  input: Readable
  output: Writable
  /** Told what cannot be told over the protocol. */
  onProblem: (message: string) => void
}

/** Serves the client at the other end of two streams, until the input ends or `signal` is aborted. */
export async function serveMcpStdio(options: StdioOptions, signal: AbortSignal): Promise<void> {
  const { input, output, limits, onProblem } = options
  const transport = new LosslessStdioTransport({ input, output, maxMessageBytes: maxMessageBytes(limits) })
  const onFailure = (error: unknown): void => onProblem(`unexpected failure: ${describe(error)}`)
  const connection = serveStdio(() => buildMcpServer({ ...options, onFailure }, 'local'), {
    transport,
    onerror: ({ message }) => onProblem(message),
  })
  const close = (): void => void connection.close()
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  await transport.closed
  signal.removeEventListener('abort', close)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
