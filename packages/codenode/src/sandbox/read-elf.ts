import { closeSync, openSync, readSync } from 'node:fs'

/** What a file says of the shared libraries that it needs. */
export type Needs = {
  /** Their names, such as `libc.so.6`. */
  libraries: string[]
  /** Where they are looked for before the usual places: DT_RPATH and DT_RUNPATH, as written. */
  searchPaths: string[]
}

/** The processors that a sandbox runs on, by their numbers in ELF files. */
const machines: Partial<Record<string, number>> = { x64: 62, arm64: 183 }

/** Numbers from the ELF specification: kinds of segments and of entries in the dynamic section. */
const segment = { load: 1, dynamic: 2 } as const
const entry = { needed: 1, strings: 5, rpath: 15, runpath: 29 } as const

/** More than the tables of any library take, and longer than any name. */
const most = { tableBytes: 2 ** 20, nameBytes: 4096 }

type Segment = { kind: number; offset: number; address: number; size: number }

/**
 * Reads the dynamic section of a 64-bit ELF file for this machine's processor. Null for all other files: a script, a static
 * program, a build for another processor. Throws where the file cannot be read or is damaged.
 */
export function readNeeds(file: string): Needs | null {
  const descriptor = openSync(file, 'r')
  try {
    return readFrom((offset, size) => readAt(descriptor, offset, size))
  } finally {
    closeSync(descriptor)
  }
}

type Read = (offset: number, size: number) => Buffer

function readFrom(read: Read): Needs | null {
  const header = read(0, 64)
  const isElf64 = header.length === 64 && header.readUInt32BE(0) === 0x7f454c46 && header[4] === 2
  if (!isElf64 || header.readUInt16LE(18) !== machines[process.arch]) return null
  const [at, size, count] = [toNumber(header, 32), header.readUInt16LE(54), header.readUInt16LE(56)]
  const table = read(at, size * count)
  const segments = Array.from({ length: Math.floor(table.length / size) }, (_, index) => {
    const start = index * size
    return {
      kind: table.readUInt32LE(start),
      offset: toNumber(table, start + 8),
      address: toNumber(table, start + 16),
      size: toNumber(table, start + 32),
    }
  })
  const dynamic = segments.find(({ kind }) => kind === segment.dynamic)
  return dynamic ? readDynamic(read, dynamic, segments) : null
}

function readDynamic(read: Read, { offset, size }: Segment, segments: readonly Segment[]): Needs {
  const section = read(offset, size)
  const entries = Array.from({ length: Math.floor(section.length / 16) }, (_, index) => {
    return { tag: toNumber(section, index * 16), value: toNumber(section, index * 16 + 8) }
  })
  const find = (tag: number): number => entries.find((it) => it.tag === tag)?.value ?? 0
  const strings = toOffset(find(entry.strings), segments)
  const textAt = (start: number): string => {
    const bytes = read(strings + start, most.nameBytes)
    return bytes.toString('utf8', 0, bytes.indexOf(0))
  }
  const textsOf = (...tags: number[]): string[] =>
    entries.filter(({ tag }) => tags.includes(tag)).map(({ value }) => textAt(value))
  return { libraries: textsOf(entry.needed), searchPaths: textsOf(entry.rpath, entry.runpath) }
}

/** Where in the file an address in memory comes from. */
function toOffset(address: number, segments: readonly Segment[]): number {
  const holder = segments.find((it) => {
    return it.kind === segment.load && it.address <= address && address < it.address + it.size
  })
  if (!holder) throw new Error('the file is damaged: no segment has its names')
  return address - holder.address + holder.offset
}

function readAt(descriptor: number, offset: number, size: number): Buffer {
  if (size > most.tableBytes) throw new Error(`the file is damaged: a table has ${size} bytes`)
  const bytes = Buffer.alloc(size)
  return bytes.subarray(0, readSync(descriptor, bytes, 0, size, offset))
}

/** Offsets and addresses are below 2^53; tags that are not are of no interest. */
function toNumber(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at))
}
