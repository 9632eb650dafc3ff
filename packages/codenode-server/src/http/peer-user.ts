import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { findSocketUid, type SocketTables } from './socket-table.ts'

/** Who is at the other end of a connection on this machine, as far as a service without keys must know. */
export type Peer = 'same-user' | 'other-user' | 'unknown'

const root = 0

/**
 * The kernel writes the tables piece by piece, and sockets that come and go between two pieces can hide one that stays: on a
 * busy machine a table may lack a connection that there is.
 */
const mostTries = 5

export type PeerUsersOptions = {
  /** The user of the service. Default: that of this process. */
  own?: number
  /** `/proc/self/uid_map` and `/proc/sys/kernel/overflowuid`. */
  uidMap?: string
  overflowUid?: string
  readTables?: () => Promise<SocketTables>
}

/**
 * Tells whose a connection is by the kernel's tables of sockets, until it is known. What they do not say counts as unknown; nobody
 * but the owner of a socket can make them say something else.
 */
export class PeerUsers {
  readonly #known = new WeakMap<object, Peer | Promise<Peer>>()
  readonly #own: number
  readonly #ambiguous: number | null
  readonly #snapshots: Snapshots<SocketTables>

  constructor(options: PeerUsersOptions = {}) {
    this.#own = options.own ?? process.geteuid?.() ?? -1
    this.#snapshots = new Snapshots(options.readTables ?? readSocketTables)
    this.#ambiguous = findAmbiguous(
      options.uidMap ?? readText('/proc/self/uid_map'),
      options.overflowUid ?? readText('/proc/sys/kernel/overflowuid'),
    )
  }

  /** `connection`: that of a request. What is no socket is nobody's that is known. A promise until it is known. */
  of(connection: object): Peer | Promise<Peer> {
    const known = this.#known.get(connection)
    if (known !== undefined) return known
    const found = connection instanceof Socket ? this.#find(connection) : 'unknown'
    this.#known.set(connection, found)
    if (found instanceof Promise) {
      void found.then((peer) => {
        // What could not be told may be told the next time.
        if (peer === 'unknown') this.#known.delete(connection)
        else this.#known.set(connection, peer)
      })
    }
    return found
  }

  async #find({ remoteAddress, remotePort, localAddress, localPort }: Socket): Promise<Peer> {
    // It has closed already.
    if (!remoteAddress || !remotePort || !localAddress || !localPort) return 'unknown'
    const [peer, own] = [
      { address: remoteAddress, port: remotePort },
      { address: localAddress, port: localPort },
    ]
    try {
      let uid: number | null = null
      for (let tries = 0; uid === null && tries < mostTries; tries++) {
        uid = findSocketUid(await this.#snapshots.take(), peer, own)
      }
      if (uid === null || uid === this.#ambiguous) return 'unknown'
      return uid === this.#own || uid === root ? 'same-user' : 'other-user'
    } catch {
      // No /proc, or one that does not show sockets: then nobody can be told from anybody.
      return 'unknown'
    }
  }
}

/** Reads one after the other; whoever asks while one goes on is given the next, which begins after they asked. */
class Snapshots<Value> {
  readonly #read: () => Promise<Value>
  #current: Promise<unknown> = Promise.resolve()
  #next: Promise<Value> | null = null

  constructor(read: () => Promise<Value>) {
    this.#read = read
  }

  take(): Promise<Value> {
    this.#next ??= this.#begin()
    return this.#next
  }

  async #begin(): Promise<Value> {
    await this.#current
    this.#next = null
    const reading = this.#read()
    this.#current = reading.catch(() => undefined)
    return await reading
  }
}

/** In other threads, as there can be thousands of sockets. */
async function readSocketTables(): Promise<SocketTables> {
  const [tcp, tcp6] = await Promise.all([
    readFile('/proc/net/tcp', 'latin1'),
    // A kernel without IPv6 has no table of it.
    readFile('/proc/net/tcp6', 'latin1').catch(() => ''),
  ])
  return { tcp, tcp6 }
}

/** In a user namespace that does not know every user, all others have one number, which may be that of the service itself. */
function findAmbiguous(uidMap: string, overflowUid: string): number | null {
  const isWhole = /^\s*0\s+0\s+4294967295\s*$/.test(uidMap)
  return isWhole ? null : Number(overflowUid.trim() || 65_534)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return '' // what is not there says nothing
  }
}
