import { describe, expect, test } from 'vitest'
import type { LogEntry } from '../contract/program.ts'
import { LogMask } from './log-mask.ts'
import { maskText, SecretMask } from './secret-mask.ts'

const maskOf = (...secrets: unknown[]): SecretMask => SecretMask.of(secrets) as SecretMask
const hide = (secret: unknown, text: string): string => maskOf(secret).text(text)

test.each([[[]], [[null, undefined, true, false, '', []]], [[{ a: null, b: [''] }]]])(
  '%j are no secrets',
  (secrets) => {
    expect(SecretMask.of(secrets)).toBeNull()
  },
)

const awkward = 'p"q\\r/s t\né%'

test.each<[name: string, secret: unknown, text: string, hidden: string]>([
  ['inside a text', 'tok_1', 'key tok_1, again tok_1.', 'key ••••, again ••••.'],
  ['two that overlap', 'abcabc', 'abcabcabc.', '••••.'],
  ['one beside the other', 'tok_1', 'tok_1tok_1', '••••••••'],
  ['nearly', 'tok_1', 'tok_2 tok-1 tok_', 'tok_2 tok-1 tok_'],
  ['escaped as JSON', awkward, JSON.stringify({ a: `x${awkward}y` }), '{"a":"x••••y"}'],
  ['as json.dumps of Python writes it', awkward, '"p\\"q\\\\r/s t\\n\\u00e9%"', '"••••"'],
  ['as repr of Python writes it', awkward, `'p"q\\\\r/s t\\né%'`, "'••••'"],
  ['with its own quotes escaped', `it's "so"`, `'it\\'s "so"'`, "'••••'"],
  ['percent-encoded', awkward, `k=${encodeURIComponent(awkward)}&l`, 'k=••••&l'],
  ['percent-encoded in small letters', awkward, encodeURIComponent(awkward).toLowerCase(), maskText],
  ['in a form', 'two words!', 'a=two+words%21', 'a=••••'],
  ['of a path', 'a/b c', '/v1/a/b%20c/d', '/v1/••••/d'],
  ['in Base64', 'tok_9f8e7d6c', btoa('tok_9f8e7d6c'), maskText],
  ['in JSON of a template', "p&ss'w<1>", String.raw`{"k": "p\u0026ss\u0027w\u003c1\u003e"}`, '{"k": "••••"}'],
  ['in HTML', `p&ss'w"1>`, '<b>p&amp;ss&#39;w&#34;1&gt;</b> p&amp;ss&#x27;w&quot;1&gt;', '<b>••••</b> ••••'],
  [
    'in JSON within JSON',
    'p"ss\\wörd',
    JSON.stringify(JSON.stringify({ k: 'p"ss\\wörd' })),
    String.raw`"{\"k\":\"••••\"}"`,
  ],
  ['with the space around it gone', ' tok_1\n', 'got tok_1', 'got ••••'],
  ['a number, in a text', 123_456, 'id=123456;', 'id=••••;'],
  ['a large number', 9_007_199_254_740_993n, 'id 9007199254740993', 'id ••••'],
  ['a member of an object', { user: 'alice', pin: [4711] }, 'alice 4711 bob', '•••• •••• bob'],
  ['a line of several', 'head\nMIIEpAIBAAKCAQEAx\ntail', '  MIIEpAIBAAKCAQEAx', '  ••••'],
  ['a part of JSON text', '{"key": "-----BEGIN\\nMIIEpAIBA"}', 'read -----BEGIN\nMIIEpAIBA', 'read ••••'],
  ['cut off in a long text', 'tok_9f8e7d6c5b4a', 'was "tok_9f8e7d6c…', 'was "••••…'],
  ['too little of it, cut off', 'tok_9f8e7d6c5b4a', 'was "tok_9…', 'was "tok_9…'],
  ['a common word', 'open', 'open the opener', '•••• the ••••er'],
])('%s is hidden', (_, secret, text, hidden) => {
  expect(hide(secret, text)).toBe(hidden)
})

test.each(['user:tok_9f8e7d6c5b4a', 'u:tok_9f8e7d6c5b4a', 'us:tok_9f8e7d6c5b4a!'])(
  'Base64 of %j, as of a Basic header, shows nothing of the secret',
  (pair) => {
    const hidden = hide('tok_9f8e7d6c5b4a', `Basic ${btoa(pair)}`)
    expect(hidden).toContain(maskText)
    expect(atob(hidden.replace('Basic ', '').replace(maskText, '').slice(0, 4))).not.toContain('tok')
  },
)

describe('short secrets', () => {
  test('are hidden where a value is nothing else', () => {
    const mask = maskOf('abc', 7)
    expect(mask.value({ a: 'abc', b: 'abcd', c: [7, 77, '7'], abc: 1 })).toEqual({
      a: maskText,
      b: 'abcd',
      c: [maskText, 77, maskText],
      [maskText]: 1,
    })
    expect(mask.text('abc def')).toBe('abc def')
  })

  test('stay in settings, which are full of short words and numbers', () => {
    const settings = { type: 'abc', count: 7, key: 'abcd' }
    expect(maskOf('abc', 7, 'abcd').document(settings)).toEqual({ ...settings, key: maskText })
  })
})

describe('values', () => {
  test('are hidden in keys, nested, and as numbers', () => {
    const mask = maskOf('tok_1', 123_456)
    expect(mask.value({ 'is tok_1': [{ a: 'x tok_1', n: 123_456, other: 1_234_567 }], b: true, c: null })).toEqual({
      'is ••••': [{ a: 'x ••••', n: maskText, other: 1_234_567 }],
      b: true,
      c: null,
    })
  })

  test('without a secret are the very same', () => {
    const value = { a: [1, { b: 'text' }], c: null }
    expect(maskOf('tok_1').value(value)).toBe(value)
  })

  test('a key __proto__ stays a key', () => {
    const value = JSON.parse('{"__proto__": "tok_1", "a": 1}') as object
    expect(JSON.stringify(maskOf('tok_1').value(value))).toBe('{"__proto__":"••••","a":1}')
  })
})

describe('what is printed in pieces', () => {
  const entry = (text: string, stream: LogEntry['stream'] = 'stdout', atMs = 0): LogEntry => ({ stream, atMs, text })

  /** What is told at each piece, and at the end. */
  function push(mask: SecretMask, ...pieces: LogEntry[]): string[] {
    const log = new LogMask(mask)
    const told = pieces.map((piece) => log.push(piece)?.text ?? '')
    return [
      ...told,
      log
        .end()
        .map(({ text }) => text)
        .join(''),
    ]
  }

  test.each<[string, string[], string[]]>([
    ['two pieces', ['a tok', '_1 b'], ['a ', '•••• b', '']],
    ['many', ['t', 'o', 'k', '_', '1', '.'], ['', '', '', '', maskText, '.', '']],
    ['no piece at all', ['tok', '_2', 't'], ['', 'tok_2', '', 't']],
    ['a beginning that is another', ['toto', 'k_1'], ['to', maskText, '']],
    ['the end', ['so tok'], ['so ', 'tok']],
    ['a line end', ['tok\n', '_1'], ['tok\n', '_1', '']],
  ])('is found over %s; only what may begin a secret is held back', (_, pieces, told) => {
    expect(push(maskOf('tok_1'), ...pieces.map((text) => entry(text)))).toEqual(told)
  })

  test('one secret that begins inside another is hidden with it', () => {
    expect(push(maskOf('abcdef', 'defghi'), entry('x abcdef'), entry('ghi y'))).toEqual(['x ••••', ' y', ''])
  })

  test('each stream has its own pieces', () => {
    const pieces = [entry('tok'), entry('err ', 'stderr'), entry('_1'), entry('tok_1', 'stderr')]
    expect(push(maskOf('tok_1'), ...pieces)).toEqual(['', 'err ', maskText, maskText, ''])
  })

  test('cut anywhere, the text is the same as in one piece', () => {
    const mask = maskOf('abab', 'babac', awkward)
    const text = `xababacabab ${awkward}${encodeURIComponent(awkward)}ababab`
    for (let at = 0; at <= text.length; at++) {
      for (let to = at; to <= text.length; to += 3) {
        const pieces = [text.slice(0, at), text.slice(at, to), text.slice(to)].map((piece) => entry(piece))
        expect(push(mask, ...pieces).join('')).toBe(mask.text(text))
      }
    }
  })

  test('secrets that are nearly there at every character cost no more than others', () => {
    const secrets = Array.from({ length: 10 }, (_, index) => `${'a'.repeat(2000)}${index}`)
    const text = 'a'.repeat(2 ** 20)
    // A search that begins anew at each character would look at 10^10 of them.
    expect(maskOf(...secrets).text(text)).toBe(text)
  })
})
