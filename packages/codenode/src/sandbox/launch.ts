import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Duplex, Readable, Writable } from 'node:stream'
import { CodenodeError } from '../contract/error.ts'
import { hasNamespaces, type IsolationLevel } from '../contract/isolation.ts'
import { bubblewrapArgv, bubblewrapFds, socketInside } from './bubblewrap.ts'
import { closeOnExec } from './close-on-exec.ts'
import { insideUidBase, mapRunUids, type UidRange } from './run-uids.ts'
import type { RuntimeFiles } from './runtime-files.ts'

/** A zygote's process and how to reach it. */
export type Launched = {
  process: ChildProcess
  control: Duplex
  /** The last it printed itself; for messages only. Children print elsewhere. */
  said: () => string
  /** How the zygote sees the host's socket. */
  socket: string
  /** Descriptors the zygote must close. */
  inherited: number[]
  /** The uid, in the zygote's view, of slot 0; null where all runs share one. */
  uidBase: number | null
  /** The zygote's pid in the host's namespace. */
  findPid: () => number
}

export type LaunchOptions = {
  files: RuntimeFiles
  level: IsolationLevel
  socket: { folder: string; name: string }
  /** The filter of the zygote itself. */
  filter: { fd: number }
  bubblewrap: string
  /** Installs the filter where bubblewrap does not: a program that takes descriptor and command. */
  launcher: { command: string[] }
  uids: UidRange | null
}

/** How long bubblewrap may take to make the namespaces. */
const namespacesMs = 30_000

/** Starts a zygote's process. Nothing of the host's environment goes with it. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  closeOnExec()
  return hasNamespaces(options.level) ? await launchInBubblewrap(options) : launchBare(options)
}

async function launchInBubblewrap({ files, socket, filter, bubblewrap, uids }: LaunchOptions): Promise<Launched> {
  const mapsUids = uids !== null
  const argv = bubblewrapArgv({ files, socketPath: `${socket.folder}/${socket.name}`, mapsUids })
  const stdio: ('ignore' | 'pipe' | number)[] = [
    'ignore',
    'pipe',
    'pipe',
    'pipe',
    mapsUids ? 'pipe' : 'ignore',
    'pipe',
    filter.fd,
  ]
  const process = spawn(bubblewrap, argv, { stdio, env: {}, detached: true })
  takeGroupAlong(process)
  const failed = new Promise<never>((_, reject) => {
    process.once('error', (cause) => reject(refuseStart(`bubblewrap (${bubblewrap})`, cause)))
  })
  // As `stdio` above says; the type of `stdio` knows five entries only.
  const ends = process.stdio as unknown as [null, Readable, Readable, Duplex, Writable | null, Readable]
  const [control, info] = [ends[3], ends[bubblewrapFds.info]]
  const diagnostics = keepTail(process)
  let initPid: number
  try {
    initPid = await Promise.race([failed, readInitPid(info, process, diagnostics)])
    if (uids) {
      mapRunUids(initPid, uids)
      const block = ends[bubblewrapFds.usernsBlock] as Writable // a pipe when there are uids to map
      block.on('error', () => {
        // bubblewrap may have ended; its exit is what is reported
      })
      block.end('x')
    }
  } catch (error) {
    process.kill('SIGKILL')
    throw error
  }
  return {
    process,
    control,
    said: diagnostics,
    socket: socketInside,
    inherited: mapsUids ? [bubblewrapFds.usernsBlock] : [],
    uidBase: mapsUids ? insideUidBase : null,
    findPid: () => Number(readFileSync(`/proc/${initPid}/task/${initPid}/children`, 'utf8').trim().split(' ')[0]),
  }
}

function launchBare({ files, socket, filter, launcher, uids }: LaunchOptions): Launched {
  const [command, ...args] = [...launcher.command, ...files.bare.command]
  const process = spawn(command as string, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', filter.fd],
    env: files.bare.env,
    cwd: socket.folder,
    detached: true,
  })
  takeGroupAlong(process)
  let failure: Error | undefined
  process.on('error', (error) => {
    failure = error
  })
  const pid = process.pid
  return {
    process,
    control: process.stdio[3] as Duplex,
    said: keepTail(process),
    // Relative to its working folder, since a socket's address has room for 107 bytes only.
    socket: socket.name,
    inherited: [4],
    uidBase: uids ? uids.first : null,
    findPid: () => {
      if (pid === undefined) throw refuseStart(String(command), failure)
      return pid
    },
  }
}

/** Only what is not there is missing: a machine that has no process or memory left says so, and may have some later. */
function refuseStart(name: string, cause: NodeJS.ErrnoException | undefined): CodenodeError {
  const { code = '' } = cause ?? {}
  const isMissing = ['ENOENT', 'EACCES', 'ENOTDIR'].includes(code)
  const details = isMissing ? { missing: name } : { message: `${name} could not be started (${code}).` }
  return new CodenodeError('sandbox_unavailable', details, { cause })
}

/**
 * What a process leaves behind in its group ends with it. bubblewrap's child waits to be told its user ids before it ties
 * itself to its parent: without this, one whose parent failed in between waits for ever and keeps the pipes open.
 */
function takeGroupAlong(leader: ChildProcess): void {
  leader.once('exit', () => {
    try {
      if (leader.pid !== undefined) process.kill(-leader.pid, 'SIGKILL')
    } catch {
      // Nobody is left in it, as nearly always.
    }
  })
}

/**
 * bubblewrap tells the pid of its child as soon as the namespaces exist. It goes on writing after that, so the stream is
 * read to its end: a closed pipe would kill it.
 */
async function readInitPid(info: Readable, process: ChildProcess, said: () => string): Promise<number> {
  return await new Promise<number>((resolve, reject) => {
    let text = ''
    const refuse = (message: string) => reject(new CodenodeError('sandbox_unavailable', { message }))
    const timer = setTimeout(() => refuse(`bubblewrap made no namespaces in ${namespacesMs / 1000} s.`), namespacesMs)
    info.setEncoding('utf8')
    info.on('data', (chunk: string) => {
      text += chunk
      const pid = /"child-pid":\s*(\d+)/.exec(text)
      if (!pid) return
      clearTimeout(timer)
      resolve(Number(pid[1]))
    })
    process.once('close', () => {
      clearTimeout(timer)
      refuse(`bubblewrap said: ${said() || 'nothing'}`)
    })
  })
}

/** Both outputs of a process, of which the last 4 KiB are kept. */
function keepTail(process: ChildProcess): () => string {
  let tail = ''
  for (const stream of [process.stdout, process.stderr]) {
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      tail = (tail + chunk).slice(-4096)
    })
  }
  return () => tail.trim()
}
