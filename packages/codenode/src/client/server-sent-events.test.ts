import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readServerSentEvents, type ServerSentMessage } from './server-sent-events.ts'

async function read(...chunks: (string | Uint8Array)[]): Promise<ServerSentMessage[]> {
  const encoder = new TextEncoder()
  const bytes = chunks.map((chunk) => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk))
  const messages: ServerSentMessage[] = []
  for await (const message of readServerSentEvents(ReadableStream.from(bytes))) messages.push(message)
  return messages
}

const message = (data: string, event = 'message', id: string | null = null) => ({ type: 'message', event, data, id })

const cases: [string, string, unknown[]][] = [
  ['an event with its fields', 'id: 7\nevent: log\ndata: {"a":1}\n\n', [message('{"a":1}', 'log', '7')]],
  ['several lines of data as one text', 'data: a\ndata: b\n\n', [message('a\nb')]],
  ['lines that end with CR LF or CR', 'data: a\r\n\r\ndata: b\r\r', [message('a'), message('b')]],
  [
    'only the one space behind the colon as no part of the value',
    'data:  a\n\ndata:b\n\n',
    [message(' a'), message('b')],
  ],
  ['a comment', ': still here\n\n', [{ type: 'comment' }]],
  ['a field without a colon as an empty one', 'data\n\n', [message('')]],
  ['nothing in a message without data', 'event: log\n\n', []],
  ['nothing in a message that the end cuts off', 'data: a\n\ndata: b', [message('a')]],
  [
    'the last id for what comes behind it',
    'id: 3\ndata: a\n\ndata: b\n\n',
    [message('a', 'message', '3'), message('b', 'message', '3')],
  ],
  ['no id that holds NUL', 'id: 1\0\ndata: a\n\n', [message('a')]],
  ['nothing in a field that it does not know', 'retry: 10\nnews: x\ndata: a\n\n', [message('a')]],
]

test.each(cases)('sees %s', async (_, stream, expected) => {
  expect(await read(stream)).toEqual(expected)
})

test('does not depend on where the stream is cut', async () => {
  const line = fc.constantFrom('data: ä€😀', 'data', 'id: 4', 'event: log', ': beat', '', 'data: b')
  const end = fc.constantFrom('\n', '\r\n', '\r')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(line, end)), fc.array(fc.nat(200)), async (lines, cuts) => {
      const bytes = new TextEncoder().encode(lines.map((it) => it.join('')).join(''))
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length]
      const chunks = places.slice(1).map((to, i) => bytes.subarray(places[i], to))
      expect(await read(...chunks)).toEqual(await read(bytes))
    }),
  )
})
