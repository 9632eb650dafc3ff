import { describe, expect, test } from 'vitest'
import type { LogEntry } from '../contract/program.ts'
import { LogKeeper } from './log-keeper.ts'

describe('kept logs', () => {
  test('pieces of one stream that arrive together are one entry, and the order of the streams is kept', () => {
    const heard: LogEntry[] = []
    const logs = new LogKeeper(100, (entry) => heard.push(entry))
    logs.add('stdout', Buffer.from('a\n'), 1)
    logs.add('stdout', Buffer.from('b\n'), 1)
    logs.add('stderr', Buffer.from('c\n'), 2)
    logs.add('stdout', Buffer.from('d\n'), 3)
    logs.end(4)
    const expected = [
      { stream: 'stdout', atMs: 1, text: 'a\nb\n' },
      { stream: 'stderr', atMs: 2, text: 'c\n' },
      { stream: 'stdout', atMs: 3, text: 'd\n' },
    ]
    expect(logs.entries).toEqual(expected)
    expect(heard).toEqual(expected)
  })

  test.each([
    [9, 'a'.repeat(9)],
    [10, 'a'.repeat(10)],
    [11, `${'a'.repeat(10)}\n… cut: only the first 10 bytes of stdout are kept\n`],
    [500, `${'a'.repeat(10)}\n… cut: only the first 10 bytes of stdout are kept\n`],
  ])('of %i bytes with a limit of 10 the right part is kept, with a mark', (length, text) => {
    const logs = new LogKeeper(10)
    logs.add('stdout', Buffer.alloc(length, 'a'), 0)
    logs.add('stderr', Buffer.from('other'), 0)
    logs.end(0)
    expect(logs.entries.map((entry) => entry.text)).toEqual([text, 'other'])
    expect(logs.cut).toEqual(length > 10 ? ['stdout'] : [])
  })

  test('a stream that was cut says so once and keeps nothing more', () => {
    const logs = new LogKeeper(4)
    for (let index = 0; index < 100; index++) logs.add('stdout', Buffer.from('abc'), index)
    logs.end(100)
    expect(logs.entries.map((entry) => entry.text).join('')).toBe(
      'abca\n… cut: only the first 4 bytes of stdout are kept\n',
    )
  })

  test('a character that arrives in two pieces is not broken', () => {
    const logs = new LogKeeper(100)
    const bytes = Buffer.from('ü')
    logs.add('stdout', bytes.subarray(0, 1), 0)
    logs.flush()
    logs.add('stdout', bytes.subarray(1), 1)
    logs.end(2)
    expect(logs.entries).toEqual([{ stream: 'stdout', atMs: 1, text: 'ü' }])
  })

  test('single letters to both streams in turn cannot make more entries than their weight allows', () => {
    const logs = new LogKeeper(2 ** 20)
    for (let index = 0; index < 200_000; index++) {
      logs.add(index % 2 === 0 ? 'stdout' : 'stderr', Buffer.from('x'), index)
      logs.flush()
    }
    logs.end(200_000)
    expect(logs.cut).toEqual(['stdout', 'stderr'])
    expect(logs.entries.length).toBeLessThan(25_000)
    expect(logs.entries.at(-1)?.text).toMatch(/^\n… cut: only the first 11\d{3} bytes of stderr are kept\n$/)
  })
})
