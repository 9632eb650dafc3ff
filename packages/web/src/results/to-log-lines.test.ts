import { expect, test } from 'vitest'
import { toLogLines } from './to-log-lines.ts'

const piece = (text: string, stream: 'stdout' | 'stderr' = 'stdout', attempt = 1) => ({
  text,
  stream,
  attempt,
  atMs: 1,
})
const read = (...logs: ReturnType<typeof piece>[]) =>
  toLogLines(logs).map(({ text, stream, attempt }) => `${attempt} ${stream} ${text}`)

test.each([
  ['one line', [piece('a\n')], ['1 stdout a']],
  ['several lines of one piece', [piece('a\n\nb\n')], ['1 stdout a', '1 stdout ', '1 stdout b']],
  ['a line in pieces', [piece('a'), piece('b\nc')], ['1 stdout ab', '1 stdout c']],
  ['streams that mix', [piece('a'), piece('x\n', 'stderr'), piece('b\n')], ['1 stdout ab', '1 stderr x']],
  ['attempts apart', [piece('a'), piece('b', 'stdout', 2)], ['1 stdout a', '2 stdout b']],
])('logs read line by line: %s', (_, logs, lines) => {
  expect(read(...logs)).toEqual(lines)
})

test('nodes that print at the same time keep their lines apart', () => {
  const pieces = [piece('a'), piece('x\n'), piece('b\n')].map((it, at) => ({ ...it, source: at === 1 ? 'Two' : 'One' }))
  expect(toLogLines(pieces).map(({ text, source }) => `${source} ${text}`)).toEqual(['One ab', 'Two x'])
})
