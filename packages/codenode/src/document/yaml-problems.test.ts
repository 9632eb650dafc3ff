import { expect, test } from 'vitest'
import { CodenodeError } from '../contract/error.ts'
import { readForeignText } from './document-text.ts'

/** The issues that a text is refused with. */
function issuesOf(text: string): string[] {
  try {
    readForeignText(text)
  } catch (error) {
    if (!(error instanceof CodenodeError) || error.code !== 'workflow_invalid') throw error
    const { issues } = (error as CodenodeError<'workflow_invalid'>).details
    return issues.map(({ path, message }) => `${path} ${message}`)
  }
  return []
}

test.each([
  ['a: [1', 'line 1, column 6'],
  ['a: 1\nb: {c: 1, d: 2, c: 3}', 'line 2, column 17 repeats the key "c".'],
  ['a: 1\n\na: 2', 'line 3, column 1 repeats the key "a".'],
  ['{[a]: 1}', 'line 1, column 2 is an array or an object as a key'],
  ['a: *b', 'line 1, column 4 refers to b, which is not there.'],
  ['a: &a\n  b: [*a]', 'line 2, column 7 refers to what it is in itself.'],
  ['['.repeat(5000), 'nested too deeply'],
  ['- '.repeat(50_000), 'nested too deeply'],
  ['? '.repeat(50_000), 'nested too deeply'],
  ['a: &a x\n'.concat('- *a\n'.repeat(101)), 'more than 100 aliases'],
  [`[${'1,'.repeat(200_000)}]`, 'more than 300000 tokens'],
])('%.20j is refused with its place', (text, issue) => {
  const issues = issuesOf(text)
  expect(issues[0]).toContain(issue)
  expect(issues.length).toBeLessThanOrEqual(20)
})

test('aliases of aliases do not make a small text large', () => {
  const names = 'abcdefgh'.split('')
  const lines = names.map(
    (name, at) =>
      `${name}: &${name} [${Array(10)
        .fill(at === 0 ? 'x' : `*${names[at - 1]}`)
        .join(', ')}]`,
  )
  expect(issuesOf(lines.join('\n'))).toEqual([expect.stringContaining('aliases of aliases')])
})

test('an alias that stands for a value is that value', () => {
  expect(readForeignText('a: &it {b: 1}\nc: *it')).toEqual({ a: { b: 1 }, c: { b: 1 } })
})

test.each([
  ['keys', 42_000, (count: number) => Array.from({ length: count }, (_, at) => `key${at}: 1`).join('\n')],
  ['members', 99_000, (count: number) => `[${'1,'.repeat(count)}]`],
  ['anchors', 40_000, (count: number) => Array.from({ length: count }, (_, at) => `- &a${at} x`).join('\n')],
])('%s just within the bounds are read, and take no more than their number', (_, most, build) => {
  // CPU time: what else the machine does is not in it.
  const cpuOf = (text: string): number => {
    const began = process.cpuUsage()
    expect(issuesOf(text)).toEqual([])
    const { user, system } = process.cpuUsage(began)
    return user + system
  }
  cpuOf(build(most / 8))
  const few = cpuOf(build(most / 8))
  // Eight times as many: by the square it would be 64 times.
  expect(cpuOf(build(most)) / few).toBeLessThan(32)
})

test('a text of more than 2 Mi characters, or one whose aliases make too many values of it, is refused', () => {
  expect(issuesOf(`a: ${'x'.repeat(2 ** 21)}`)).toEqual([expect.stringContaining('characters of YAML')])
  const list = `[${'1,'.repeat(5000)}1]`
  expect(issuesOf(`a: &it ${list}\nb: [${Array(90).fill('*it').join(', ')}]`)).toEqual([
    expect.stringContaining('holds more than 250000 values'),
  ])
})

test('a long key that is repeated is cut where it is told', () => {
  const key = 'k'.repeat(1_000_000)
  expect(issuesOf(`${key}: 1\n${key}: 2`).join('').length).toBeLessThan(1000)
})
