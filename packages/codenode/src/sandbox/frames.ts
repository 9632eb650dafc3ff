/** The frames of docs/protocol.md §2. */
export const frameTypes = {
  hello: 1,
  stdout: 2,
  stderr: 3,
  result: 4,
  failure: 5,
  exit: 6,
  warnings: 7,
  run: 16,
} as const

export type Frame = { type: number; payload: Buffer }

const headerBytes = 5

/** Builds one frame. */
export function buildFrame(type: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const header = Buffer.allocUnsafe(headerBytes)
  header.writeUInt32LE(length, 0)
  header[4] = type
  return Buffer.concat([header, ...parts], headerBytes + length)
}

/** A frame whose length says that it is larger than allowed; what follows on the connection is not read. */
export class FrameTooLarge extends Error {
  readonly type: number
  readonly length: number
  constructor(type: number, length: number) {
    super(`a frame of type ${type} is ${length} bytes long`)
    this.type = type
    this.length = length
  }
}

/**
 * Cuts a byte stream into frames without copying a large payload more than once. Everything it reads is hostile: the
 * length is checked against `maxBytes(type)` before anything is kept.
 */
export class FrameReader {
  #chunks: Buffer[] = []
  #bytes = 0
  #wanted = headerBytes
  readonly #maxBytes: (type: number) => number

  constructor(maxBytes: (type: number) => number) {
    this.#maxBytes = maxBytes
  }

  /** Gives the frames that are complete with this chunk; throws `FrameTooLarge`. */
  *read(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes >= this.#wanted) {
      const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks, this.#bytes)
      this.#chunks = [all]
      const length = all.readUInt32LE(0)
      const type = all.readUInt8(4)
      if (length > this.#maxBytes(type)) throw new FrameTooLarge(type, length)
      const end = headerBytes + length
      this.#wanted = end
      if (this.#bytes < end) return
      this.#chunks = this.#bytes === end ? [] : [all.subarray(end)]
      this.#bytes -= end
      this.#wanted = headerBytes
      yield { type, payload: all.subarray(headerBytes, end) }
    }
  }
}
