import { randomBytes } from 'node:crypto'

/** A new id: `run_` and a UUID of version 7 without dashes, so that ids sort by the time of their making. */
export function newRunId(nowMs: number = Date.now(), random: Uint8Array = randomBytes(10)): string {
  const bytes = Buffer.alloc(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes.set(random, 6)
  bytes[6] = 0x70 | (bytes.readUInt8(6) & 0x0f)
  bytes[8] = 0x80 | (bytes.readUInt8(8) & 0x3f)
  return `run_${bytes.toString('hex')}`
}
