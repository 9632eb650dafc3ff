import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The most that are useful: each takes some kilobytes. */
const mostConnections = 10_000
const fewestConnections = 64

/** Files, pipes and sockets of the service itself, and of each child that runs or waits to run. */
const ownDescriptors = 200
const descriptorsOfChild = 6

/** How many connections a service may have, so that it never lacks descriptors for runs. `children`: those that there can be. */
export function countConnections(openFiles: number, children: number): number {
  const left = openFiles - ownDescriptors - children * descriptorsOfChild
  return Math.min(mostConnections, Math.max(fewestConnections, left))
}

/** `owed`: answers that are not out yet. `request`: the last one. */
type Connection = { address: string; request: IncomingMessage | null; owed: number }

/**
 * Keeps a place free for who comes: when all are taken, the connection that has been silent longest is closed, first of those
 * that never asked for anything, then of those that have had their answer, then of those that are slow to send a request.
 * One address holds at most half of the places by silence. Who waits for an answer is never closed; if all do, who comes is.
 */
export function boundConnections(server: Server, max: number): void {
  /** Each in the order of their last sign of life, the oldest first. */
  const silent = new Map<Socket, Connection>()
  const answered = new Map<Socket, Connection>()
  const busy = new Map<Socket, Connection>()
  const silentOf = new Map<string, number>()
  // Node itself drops what is more, in case that nobody can be closed.
  server.maxConnections = max

  const forget = (socket: Socket): void => {
    const connection = silent.get(socket)
    if (connection) {
      const { address } = connection
      const left = (silentOf.get(address) ?? 1) - 1
      if (left > 0) silentOf.set(address, left)
      else silentOf.delete(address)
    }
    for (const group of [silent, answered, busy]) group.delete(socket)
  }

  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    socket.once('close', () => forget(socket))
    silent.set(socket, { address, request: null, owed: 0 })
    const own = (silentOf.get(address) ?? 0) + 1
    silentOf.set(address, own)
    if (own > max / 2) closeOne(silent, (connection) => connection.address === address)
    // One place stays free: Node drops a connection before anybody is told of it.
    if (silent.size + answered.size + busy.size >= max) makeRoom(socket)
  })

  // In front of whoever answers.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    const connection = silent.get(socket) ?? answered.get(socket) ?? busy.get(socket)
    if (!connection) return
    forget(socket)
    busy.set(socket, connection)
    connection.request = request
    connection.owed++
    response.once('close', () => {
      connection.owed--
      if (connection.owed === 0 && busy.delete(socket)) answered.set(socket, connection)
    })
  })

  function makeRoom(comer: Socket): void {
    const isSlow = ({ request }: Connection): boolean => request !== null && !request.complete
    const isAnother = (_: Connection, socket: Socket): boolean => socket !== comer
    void (closeOne(silent, isAnother) || closeOne(answered) || closeOne(busy, isSlow) || closeOne(silent))
  }

  function closeOne(
    group: ReadonlyMap<Socket, Connection>,
    isMeant: (connection: Connection, socket: Socket) => boolean = () => true,
  ): boolean {
    for (const [socket, connection] of group) {
      if (!isMeant(connection, socket)) continue
      forget(socket)
      socket.destroy()
      return true
    }
    return false
  }
}
