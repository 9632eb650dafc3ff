import { createParser } from 'eventsource-parser'

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
  const decoder = new TextDecoder()
  let messages: ServerSentMessage[] = []
  let lastId: string | null = null
  const parser = createParser({
    onComment: () => messages.push({ type: 'comment' }),
    onId: (id) => {
      lastId = id
    },
    onEvent: ({ event = 'message', data }) => messages.push({ type: 'message', event, data, id: lastId }),
  })
  for await (const chunk of chunks) {
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* messages
    messages = []
  }
}
