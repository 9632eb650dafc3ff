import * as z from 'zod'

/** What a zygote is told first; it prepares everything once, so that a child only has to apply it. */
export type ZygoteStart = {
  /** The path of the host's socket, as the zygote sees it. */
  socket: string
  /** Whether children get namespaces of their own. */
  namespaces: boolean
  /** Folders and files that a child may read. */
  readable: readonly string[]
  /** Folders that a child may list without reading what is in them. */
  listable: readonly string[]
  seccomp: { program: string; pidOffsets: readonly number[] }
  /** The filter of children with a /tmp; null where none may have one. */
  seccompWithTmp: { program: string; pidOffsets: readonly number[] } | null
  /** Module names to import before the first fork. */
  preload: readonly string[]
  /** Installed packages: import name → the name that it is installed by; for messages about missing ones. */
  packages: Readonly<Record<string, string>>
  /** JavaScript: the folder whose node_modules user code sees. */
  requireFrom: string
  /** Descriptors that the launcher leaves open and that the zygote closes. */
  inherited: readonly number[]
}

export type Rlimits = Partial<
  Record<
    | 'as'
    | 'core'
    | 'cpu'
    | 'data'
    | 'fsize'
    | 'memlock'
    | 'msgqueue'
    | 'nice'
    | 'nofile'
    | 'nproc'
    | 'rtprio'
    | 'sigpending',
    number
  >
>

/** Start address and length in bytes. */
export type MemoryRange = readonly [address: number, length: number]

/** The parts of a zygote's memory that can be huge pages: private data, and code of the interpreter's file. */
export type HugePages = { hugeData: readonly MemoryRange[]; hugeCode: readonly MemoryRange[] }

export type ToZygote =
  | { start: ZygoteStart }
  | { serve: { rlimits: Rlimits; memoryBytes: number } & HugePages }
  | { fork: string; slot: number; uid?: number; spare: boolean; tmpBytes?: number }
  | { kill: string }

const exited = z.object({
  id: z.string(),
  exitCode: z.number().nullable(),
  signal: z.number().nullable(),
  cpuUs: z.number(),
  maxRssKb: z.number(),
})
const warmed = z.object({
  version: z.string(),
  preloaded: z.array(z.string()),
  preloadFailed: z.array(z.object({ name: z.string(), message: z.string() })),
  landlockAbi: z.number(),
})
const fromZygote = z.object({
  warmed: warmed.optional(),
  refused: z.object({ message: z.string() }).optional(),
  exited: exited.optional(),
  failed: z.object({ id: z.string(), message: z.string() }).optional(),
})

/** What a zygote says; one of the members is there. */
export type FromZygote = z.infer<typeof fromZygote>
export type ZygoteFacts = z.infer<typeof warmed>
/** How a child ended; the figures are the kernel's (`wait4`). */
export type ChildExit = z.infer<typeof exited>

/** The longest line a zygote may send, in characters. */
const maxLine = 256 * 1024

/** Splits what arrives into messages. A zygote runs no user code, but what cannot be read still ends it. */
export class ControlReader {
  #pending = ''

  read(chunk: string): FromZygote[] {
    const lines = (this.#pending + chunk).split('\n')
    this.#pending = lines.pop() ?? ''
    if (this.#pending.length > maxLine) throw new Error('the zygote sent a line that is too long')
    return lines.map((line) => fromZygote.parse(JSON.parse(line)))
  }
}
