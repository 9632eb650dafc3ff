import { expect, test } from 'vitest'
import type { JsonValue } from '../../contract/values.ts'
import { Scope } from './scope.ts'
import { fillText, toText } from './text.ts'

test.each<[JsonValue, string]>([
  ['as it is\n', 'as it is\n'],
  [null, ''],
  [true, 'true'],
  [1.5, '1.5'],
  [9007199254740993n, '9007199254740993'],
  [[1, 'é'], '[1,"é"]'],
  [{ a: { b: 9007199254740993n } }, '{"a":{"b":9007199254740993}}'],
])('%o in a text is %s', (value, text) => {
  expect(toText(value)).toBe(text)
})

test('references are filled, nested keys and list places included; other braces stay', () => {
  const scope = new Scope()
  scope.set('1711', { text: '{{#1711.text#}}', rows: [{ n: 1 }, { n: 2 }] })
  scope.set('sys', { query: 'q' })
  expect(
    fillText(
      '{{#1711.text#}} {{#sys.query#}} {{#1711.rows.1.n#}} {{#1711.nope.x#}}|{{#context#}} {{ x }} {{#a b.c#}}',
      scope,
      1000,
    ),
  ).toBe('{{#1711.text#}} q 2 |{{#context#}} {{ x }} {{#a b.c#}}')
})

test('an inner scope sees what is around it, and hides what has the same id', () => {
  const outer = new Scope()
  outer.set('a', { x: 1 })
  outer.set('it', { output: 2 })
  const inner = new Scope(outer)
  inner.set('it', { item: 3 })
  expect([
    inner.get(['a', 'x']),
    inner.get(['it', 'item']),
    inner.get(['it', 'output']),
    outer.get(['it', 'item']),
  ]).toEqual([1, 3, null, null])
  expect([inner.get(['a', 'toString']), inner.get(['a', '__proto__']), inner.get(['toString', 'x'])]).toEqual([
    null,
    null,
    null,
  ])
})

test('a short text that refers to a long value many times is refused', () => {
  const scope = new Scope()
  scope.set('a', { x: 'x'.repeat(100) })
  expect(fillText('{{#a.x#}}'.repeat(10), scope, 1000)).toHaveLength(1000)
  expect(() => fillText('{{#a.x#}}'.repeat(11), scope, 1000)).toThrow(
    expect.objectContaining({ code: 'result_too_large' }),
  )
})
