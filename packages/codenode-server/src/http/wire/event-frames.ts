import { eventText, writeRecordAhead } from 'codenode/internal/record/record-text'
import type { SequencedEvent } from '../../service/api/types.ts'

export type FrameOptions = {
  heartbeatMs: number
  /** Ends the frames. */
  gone: AbortSignal
  /** Counts the last frame, which has the whole record, until it is taken. */
  hold: (frame: string) => string
}

const heartbeat = ': still there\n\n'

/**
 * Events as server-sent events, with a comment whenever nothing happened for `heartbeatMs`. It is pulled: what the reader
 * does not take is not made, so that a slow one costs no memory. Ends quietly when `gone` is aborted.
 */
export async function* eventFrames(
  events: AsyncIterable<SequencedEvent>,
  { heartbeatMs, gone, hold }: FrameOptions,
): AsyncGenerator<string> {
  // Something must be sent for the headers to leave before the first event.
  yield ': codenode\n\n'
  const source = events[Symbol.asyncIterator]()
  const over = Promise.withResolvers<'over'>()
  const end = () => over.resolve('over')
  gone.addEventListener('abort', end, { once: true })
  let next = source.next()
  try {
    while (!gone.aborted) {
      const first = await firstOf(next, over.promise, heartbeatMs)
      if (first === 'over') return
      if (first === 'silence') {
        yield heartbeat
        continue
      }
      if (first.done) return
      const { event } = first.value
      if (event.type === 'result') await writeRecordAhead(event.record)
      const frame = toFrame(first.value)
      yield event.type === 'result' ? hold(frame) : frame
      next = source.next()
    }
  } finally {
    gone.removeEventListener('abort', end)
    // The one that was asked for last is not awaited: whoever left does not care how it ends.
    next.catch(() => undefined)
    void source.return?.()
  }
}

async function firstOf<Value>(
  next: Promise<Value>,
  over: Promise<'over'>,
  heartbeatMs: number,
): Promise<Value | 'over' | 'silence'> {
  const { promise, resolve } = Promise.withResolvers<'silence'>()
  const timer = setTimeout(resolve, heartbeatMs, 'silence')
  try {
    return await Promise.race([next, over, promise])
  } finally {
    clearTimeout(timer)
  }
}

function toFrame({ seq, event }: SequencedEvent): string {
  return `id: ${seq}\nevent: ${event.type}\ndata: ${eventText(event)}\n\n`
}
