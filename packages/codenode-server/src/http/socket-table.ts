import { endianness } from 'node:os'

/** One end of a TCP connection. */
export type Endpoint = { address: string; port: number }

/** The two tables of the kernel: `/proc/net/tcp` and `/proc/net/tcp6`. */
export type SocketTables = { tcp: string; tcp6: string }

/**
 * Whose socket has `own` as its end and `other` as that of its peer; null where there is none, or none that a process holds: the
 * kernel gives those that are left over to user 0.
 */
export function findSocketUid(tables: SocketTables, own: Endpoint, other: Endpoint): number | null {
  const [address, peer] = [toBytes(own.address), toBytes(other.address)]
  if (!address || !peer) return null
  const isV4 = address.length === 4 && peer.length === 4
  const found = isV4 ? findIn(tables.tcp, toEnd(address, own.port), toEnd(peer, other.port)) : null
  // A socket of IPv6 can be connected to an address of IPv4.
  return found ?? findIn(tables.tcp6, toEnd(toV6(address), own.port), toEnd(toV6(peer), other.port))
}

/** `sl: local remote state queues timer retransmits uid timeout inode …`, as `proc(5)` has it. */
function findIn(table: string, own: string, other: string): number | null {
  const at = table.indexOf(` ${own} ${other} `)
  if (at < 0) return null
  const end = table.indexOf('\n', at)
  const columns = table
    .slice(at, end < 0 ? undefined : end)
    .trim()
    .split(/\s+/)
  const { 6: uid = '', 8: inode = '0' } = columns
  return /^\d+$/.test(uid) && Number(inode) > 0 ? Number(uid) : null
}

/** As the tables write it: each 32 bits as a number of this machine, in hexadecimal digits. */
function toEnd(address: readonly number[], port: number): string {
  const words = Array.from({ length: address.length / 4 }, (_, index) => address.slice(4 * index, 4 * index + 4))
  const ordered = endianness() === 'LE' ? words.map((word) => word.toReversed()) : words
  return `${ordered
    .flat()
    .map((byte) => hex(byte, 2))
    .join('')}:${hex(port, 4)}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}

function toV6(address: readonly number[]): readonly number[] {
  return address.length === 16 ? address : [...new Array<number>(10).fill(0), 0xff, 0xff, ...address]
}

/** The bytes of an address as Node writes it; one of IPv4 inside IPv6 (`::ffff:127.0.0.1`) is one of IPv4. Null: it is none. */
function toBytes(address: string): readonly number[] | null {
  const v4 = /^(?:::ffff:)?(\d+)\.(\d+)\.(\d+)\.(\d+)$/i.exec(address)
  if (v4) return v4.slice(1).map(Number)
  const [head = '', tail, ...more] = address.split('%', 1)[0]?.split('::') ?? []
  if (!address.includes(':') || more.length > 0) return null
  const [before, after] = [toWords(head), toWords(tail ?? '')]
  const missing = 8 - before.length - after.length
  if (missing < 0 || (tail === undefined && missing > 0)) return null
  const words = [...before, ...new Array<number>(missing).fill(0), ...after]
  return words.every((word) => word >= 0 && word <= 0xffff) ? words.flatMap((word) => [word >> 8, word & 0xff]) : null
}

function toWords(text: string): number[] {
  return text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16))
}
