/** A message of an event stream. `comment`: what a server sends to keep the connection open. */
export type ServerSentMessage =
  | { type: 'comment' }
  | {
      type: 'message'
      event: string
      data: string /** The last id that was sent, as far as it is known. */
      id: string | null
    }

/** The messages of an event stream, as the HTML standard reads it; one that the end of the stream cuts off is dropped. */
export async function* readServerSentEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentMessage> {
  let event = ''
  let data: string[] = []
  let id: string | null = null
  for await (const line of readLines(chunks)) {
    if (line === '') {
      if (data.length > 0) yield { type: 'message', event: event || 'message', data: data.join('\n'), id }
      event = ''
      data = []
      continue
    }
    if (line.startsWith(':')) {
      yield { type: 'comment' }
      continue
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
    if (field === 'id' && !value.includes('\0')) id = value
  }
}

/** Lines end with CR LF, LF or CR; what comes after the last end is not a line. */
async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  // In pieces, so that a long line in many chunks is not searched from its beginning each time.
  let pieces: string[] = []
  let endedWithCr = false
  for await (const chunk of chunks) {
    let text = decoder.decode(chunk, { stream: true })
    // A chunk can end between the CR and the LF of one line end.
    if (endedWithCr && text !== '') {
      text = text.replace(/^\n/, '')
      endedWithCr = false
    }
    endedWithCr ||= text.endsWith('\r')
    const parts = text.split(/\r\n|\n|\r/)
    const last = parts.pop() ?? ''
    for (const part of parts) {
      yield pieces.join('') + part
      pieces = []
    }
    if (last !== '') pieces.push(last)
  }
}
