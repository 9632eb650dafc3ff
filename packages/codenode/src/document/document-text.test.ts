import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readWorkflowText, writeWorkflowText } from './document-text.ts'

const oddTexts = [
  ...[
    '1e3',
    '1.5e3',
    '007',
    '08',
    '0o17',
    '0x1F',
    '1_000',
    '.5',
    '+.5',
    '5.',
    '-0',
    '12:30:45',
    '2024-01-01',
    '.inf',
    '.nan',
  ],
  ...[
    'yes',
    'No',
    'on',
    'y',
    'true',
    'null',
    '~',
    '',
    ' ',
    '=',
    '<<',
    '-',
    '?',
    ':',
    '---',
    '...',
    '#x',
    'a #b',
    'a: b',
    '@',
    '`',
  ],
  ...[
    '!x',
    '&x',
    '*x',
    '%x',
    '{',
    '[',
    ']',
    ',',
    '|',
    '>',
    '"',
    "'",
    '\\',
    '\t',
    '\n',
    '\r\n',
    'a\rb',
    ' \n ',
    'x\n\n',
    '\n\nx',
    'x\n  y\n',
  ],
  ...[
    'é🎉',
    '\u0000',
    '\u0085',
    '\u2028',
    '\ufeff',
    '\u007f',
    '\ud800',
    'def main(a):\n\treturn {"b": a}\n',
    '  indented\n back\n',
  ],
]

/** Values of JSON as this project reads them: safe integers as numbers, longer ones as bigint, no negative zero. */
const scalar = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.integer(),
  fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .map((value) => value + 0)
    .filter((value) => !Object.is(value, -0)),
  fc.boolean(),
  fc.constant(null),
)
const { value: document } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...oddTexts.filter((text) => text.length < 20)), fc.string()),
      tie('value'),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
  ),
}))

describe('the text of a document', () => {
  test('export → import → export loses nothing, whatever the values are', () => {
    fc.assert(
      fc.property(document, (value) => {
        const text = writeWorkflowText({ value })
        expect(readWorkflowText(text)).toEqual({ value })
        expect(writeWorkflowText(readWorkflowText(text))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test.each(oddTexts)('%j is kept as a value and as a key', (text) => {
    const value = { [text]: text, list: [text, { [text]: [text] }] }
    expect(readWorkflowText(writeWorkflowText(value))).toEqual(value)
  })

  test('what Dify writes without quotes because its YAML is older is text', () => {
    const text =
      'a: 1e3\nb: 08\nc: 0o17\nd: yes\ne: 1.5e3\nf: 1.5e+3\ng: 0x10\nh: 12345678901234567890\ni: 0.50\nj: .inf\n'
    expect(readWorkflowText(text)).toEqual({
      ...{ a: '1e3', b: '08', c: '0o17', d: 'yes', e: '1.5e3', f: 1500, g: 16, h: 12345678901234567890n, i: 0.5 },
      j: Number.POSITIVE_INFINITY,
    })
  })

  test('JSON is read as well, digits kept', () => {
    expect(readWorkflowText(' {"a": 9007199254740993, "b": 1e3}')).toEqual({ a: 9007199254740993n, b: 1000 })
    expect(readWorkflowText('{a: 1}')).toEqual({ a: 1 })
  })

  test('a text that cannot be read is refused with its place', () => {
    expect(() => readWorkflowText('a: [1\nb: 2\n')).toThrow(/line 2, column 1 cannot be read/)
  })

  test('anchors that would grow without end are refused', () => {
    const lines = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf']) {
      lines.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`)
    }
    expect(() => readWorkflowText(lines.join('\n'))).toThrow(/alias/)
  })
})
