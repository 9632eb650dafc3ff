import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Makes `closeIdleConnections`, and with it `close`, spare a connection until its last answer is out. Node's own takes one
 * for idle when the answer is written, and cuts off what the client has not read yet. Once it
 * listens no more, connections close behind their answers.
 */
export function spareAnswers(server: Server): void {
  /** The answers that a connection still owes. */
  const owed = new Map<Socket, number>()

  server.on('connection', (socket: Socket) => {
    owed.set(socket, 0)
    socket.once('close', () => owed.delete(socket))
  })
  // In front of whoever answers.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    owed.set(socket, (owed.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const left = (owed.get(socket) ?? 1) - 1
      if (owed.has(socket)) owed.set(socket, left)
      if (!server.listening && left === 0) socket.destroySoon()
    })
  })
  server.closeIdleConnections = () => {
    for (const [socket, answers] of owed) if (answers === 0) socket.destroy()
  }
}
