import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildFrame, FrameReader, FrameTooLarge } from './frames.ts'

function readAll(reader: FrameReader, chunks: readonly Buffer[]) {
  return chunks.flatMap((chunk) =>
    [...reader.read(chunk)].map(({ type, payload }) => ({ type, text: payload.toString() })),
  )
}

describe('frames', () => {
  test('frames come out whole however the bytes are cut', () => {
    const frame = fc.record({ type: fc.integer({ min: 1, max: 16 }), text: fc.string({ maxLength: 300 }) })
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 50 })), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ type, text }) => buildFrame(type, [Buffer.from(text)])))
        const chunks: Buffer[] = []
        let at = 0
        for (const cut of cuts) {
          chunks.push(bytes.subarray(at, at + cut))
          at += cut
        }
        chunks.push(bytes.subarray(at))
        const expected = frames.map(({ type, text }) => ({ type, text: Buffer.from(text).toString() }))
        expect(readAll(new FrameReader(() => 10_000), chunks)).toEqual(expected)
      }),
    )
  })

  test('a length past the limit of its type is refused before the payload is kept', () => {
    const reader = new FrameReader((type) => (type === 4 ? 10 : 5))
    expect(readAll(reader, [buildFrame(4, [Buffer.alloc(10)])])).toHaveLength(1)
    expect(() => readAll(reader, [buildFrame(4, [Buffer.alloc(11)]).subarray(0, 5)])).toThrow(FrameTooLarge)
  })

  test('a part of a frame is kept until the rest comes', () => {
    const reader = new FrameReader(() => 100)
    const bytes = buildFrame(2, [Buffer.from('late')])
    expect(readAll(reader, [bytes.subarray(0, 7)])).toEqual([])
    expect(readAll(reader, [bytes.subarray(7)])).toEqual([{ type: 2, text: 'late' }])
  })
})
