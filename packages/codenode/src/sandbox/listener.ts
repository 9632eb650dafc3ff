import { closeSync, existsSync, openSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import * as z from 'zod'
import { makeFolder, refuseDataDir } from '../places/make-folder.ts'
import { type Frame, frameTypes } from './frames.ts'

const helloSchema = z.object({
  child: z.string(),
  stream: z.enum(['channel', 'stdout', 'stderr']),
  layers: z.record(z.string(), z.string()).optional(),
  baseline: z.object({ cpuUs: z.number(), maxRssKb: z.number() }).optional(),
})

/** The first frame of every connection of a child. */
export type Hello = z.infer<typeof helloSchema>

/** A connection that has said who it is. `rest` is what arrived behind the first frame. */
export type Greeted = { hello: Hello; socket: Socket; rest: Buffer }

/** How long a connection may take to say who it is. */
const greetingMs = 30_000
const maxHelloBytes = 64 * 1024

/**
 * The host's Unix socket. Only forks that have not seen any user data connect to it, since runs may not open sockets.
 * It lies in a folder that only this user can enter.
 */
export class Listener {
  readonly folder: string
  readonly name = 's'
  readonly #server: Server
  readonly #open = new Set<Socket>()
  #folderFd: number | undefined
  /** The outermost folder that was not there before: this one, `run`, the data folder or one above it. */
  #made: string | undefined

  constructor(folder: string, onGreeted: (greeted: Greeted) => void) {
    this.folder = folder
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#greet(socket, onGreeted))
  }

  async listen(): Promise<void> {
    this.#makeFolder()
    // A socket's address has room for 107 bytes only; this way the folder's own path may be longer.
    this.#folderFd = openSync(this.folder, 'r')
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ path: `/proc/self/fd/${this.#folderFd}/${this.name}`, backlog: 511 }, resolve)
    })
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
    if (this.#folderFd !== undefined) closeSync(this.#folderFd)
    this.#folderFd = undefined
    rmSync(this.folder, { recursive: true, force: true })
    const runFolder = path.dirname(this.folder)
    // A data folder that was made for this alone is left nowhere; `run` stays in one that was there.
    if (this.#made !== undefined && runFolder.startsWith(`${this.#made}/`)) removeEmpty(runFolder, this.#made)
  }

  #makeFolder(): void {
    const runFolder = path.dirname(this.folder)
    try {
      removeAbandoned(runFolder)
      this.#made = makeFolder(this.folder)
    } catch (cause) {
      throw refuseDataDir(path.dirname(runFolder), cause)
    }
  }

  #greet(socket: Socket, onGreeted: (greeted: Greeted) => void): void {
    this.#open.add(socket)
    socket.once('close', () => this.#open.delete(socket))
    // A child that has closed its end is over: there is nothing left to say to it.
    socket.once('end', () => socket.destroy())
    socket.on('error', () => {
      // `close` follows, and that is what counts
    })
    const timer = setTimeout(() => socket.destroy(), greetingMs)
    socket.once('close', () => clearTimeout(timer))
    let pending: Buffer = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (pending.length < 5 || pending.length < 5 + pending.readUInt32LE(0)) {
        if (pending.length > maxHelloBytes) socket.destroy()
        return
      }
      const end = 5 + pending.readUInt32LE(0)
      clearTimeout(timer)
      socket.off('data', onData)
      const hello = helloSchema.safeParse(parseJson({ type: pending.readUInt8(4), payload: pending.subarray(5, end) }))
      if (!hello.success) socket.destroy()
      else onGreeted({ hello: hello.data, socket, rest: pending.subarray(end) })
    }
    socket.on('data', onData)
  }
}

/** Removes a folder and those above it, as far as `top`; one that holds something is somebody's, and so are those above. */
function removeEmpty(folder: string, top: string): void {
  if (!folder.startsWith(top)) return
  try {
    rmdirSync(folder)
  } catch {
    return // not empty, or gone already
  }
  removeEmpty(path.dirname(folder), top)
}

/** Removes the folders of services that were killed and could not do it themselves; their names begin with a pid. */
function removeAbandoned(runFolder: string): void {
  for (const name of existsSync(runFolder) ? readdirSync(runFolder) : []) {
    const pid = /^\d+(?=-)/.exec(name)?.[0]
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(path.join(runFolder, name), { recursive: true, force: true })
  }
}

function parseJson({ type, payload }: Frame): unknown {
  if (type !== frameTypes.hello) return undefined
  try {
    return JSON.parse(payload.toString())
  } catch {
    return undefined // not JSON: refused by the schema like any other wrong greeting
  }
}
