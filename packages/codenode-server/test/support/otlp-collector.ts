import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it arrived. Ids are hexadecimal; `parentSpanId` is empty for a root. */
export type ReceivedSpan = {
  traceId: string
  spanId: string
  parentSpanId: string
  name: string
  startMs: number
  endMs: number
  attributes: Record<string, string | number>
  /** Of the service that sent it. */
  resource: Record<string, string | number>
  /** 1: internal, 2: server. */
  kind: number
  /** 0: unset, 2: error. */
  status: { code: number; message: string }
}

/** A collector of traces by OTLP over HTTP, as protobuf. */
export async function openCollector(status = 200) {
  const spans: ReceivedSpan[] = []
  const bodies: Buffer[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      bodies.push(body)
      if (status === 200) spans.push(...readSpans(body))
      response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // It listens on TCP, so there is an address with a port.
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A message of protobuf: the values of each field, by its number. */
type Message = Map<number, (Buffer | bigint)[]>

function readSpans(body: Buffer): ReceivedSpan[] {
  return messagesIn(decode(body), 1).flatMap((group) => {
    const [resource = new Map()] = messagesIn(group, 1)
    const spans = messagesIn(group, 2).flatMap((scope) => messagesIn(scope, 2))
    return spans.map((span) => readSpan(span, readAttributes(resource, 1)))
  })
}

function readAttributes(message: Message, field: number): Record<string, string | number> {
  return Object.fromEntries(messagesIn(message, field).map((it) => [bytesOf(it, 1).toString(), readValue(it)]))
}

function readSpan(span: Message, resource: ReceivedSpan['resource']): ReceivedSpan {
  const [status] = messagesIn(span, 15)
  return {
    traceId: bytesOf(span, 1).toString('hex'),
    spanId: bytesOf(span, 2).toString('hex'),
    parentSpanId: bytesOf(span, 4).toString('hex'),
    name: bytesOf(span, 5).toString(),
    startMs: Number(numberOf(span, 7)) / 1e6,
    endMs: Number(numberOf(span, 8)) / 1e6,
    attributes: readAttributes(span, 9),
    resource,
    kind: Number(numberOf(span, 6)),
    status: status
      ? { code: Number(numberOf(status, 3)), message: bytesOf(status, 2).toString() }
      : { code: 0, message: '' },
  }
}

function readValue(attribute: Message): string | number {
  const [value = new Map()] = messagesIn(attribute, 2)
  if (value.has(1)) return bytesOf(value, 1).toString()
  if (value.has(3)) return Number(numberOf(value, 3))
  const double = Buffer.alloc(8)
  double.writeBigUInt64LE(numberOf(value, 4))
  return double.readDoubleLE()
}

function messagesIn(message: Message, field: number): Message[] {
  return (message.get(field) ?? []).map((it) => decode(it as Buffer))
}

function bytesOf(message: Message, field: number): Buffer {
  return (message.get(field)?.[0] ?? Buffer.alloc(0)) as Buffer
}

function numberOf(message: Message, field: number): bigint {
  return (message.get(field)?.[0] ?? 0n) as bigint
}

function decode(bytes: Buffer): Message {
  const message: Message = new Map()
  let at = 0
  const readVarint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number): Buffer => {
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < bytes.length) {
    const key = Number(readVarint())
    const field = key >> 3
    const values = message.get(field) ?? []
    message.set(field, values)
    switch (key & 7) {
      case 0:
        values.push(readVarint())
        break
      case 1:
        values.push(take(8).readBigUInt64LE())
        break
      case 2:
        values.push(take(Number(readVarint())))
        break
      case 5:
        values.push(BigInt(take(4).readUInt32LE()))
        break
      default:
        throw new Error(`a field of type ${key & 7} is not protobuf`)
    }
  }
  return message
}
