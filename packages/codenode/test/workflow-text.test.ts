/** Texts of workflows as Dify reads them: by PyYAML. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorkflowText, writeWorkflowText } from '../src/document/document-text.ts'
import { createSandbox, type RunningSandbox } from '../src/index.ts'
import { resultOf, runCode } from './support/sandbox.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox()
})
afterAll(async () => {
  await sandbox.close()
})

/** What each kind of reader or writer stumbles over. */
const pieces = fc.constantFrom(
  ' ',
  '  ',
  '\n',
  '\t',
  '\r\n',
  'a',
  '1',
  'é',
  '-',
  '#',
  ':',
  ',',
  "'",
  '"',
  '\\',
  '{',
  '|',
)
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.constantFrom(
    '…\n \n…\n ',
    '  \n',
    '\t\n',
    'name\tprice',
    'yes',
    '1e3',
    '08',
    '1_000',
    '12:30',
    '=',
    '<<',
    '---',
    '~',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
)
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(texts, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}))

const compare = `import json, yaml
def main(pairs):
    wrong = []
    for text, value in pairs:
        try: read = yaml.safe_load(text)
        except yaml.YAMLError as error: read = str(error)
        # As texts: 1 equals True in Python.
        if json.dumps(read) != json.dumps(json.loads(value)): wrong.append([text, value, repr(read)])
    return {"wrong": wrong[:10]}`

describe('10,000 documents', () => {
  test('that are written are read by PyYAML, and here, as the same values', { timeout: 600_000 }, async () => {
    const values = fc.sample(anyValue, 10_000)
    for (let from = 0; from < values.length; from += 1000) {
      const documents = values.slice(from, from + 1000).map((value) => ({ value }))
      const pairs = documents.map((document) => [writeWorkflowText(document), JSON.stringify(document)] as const)
      for (const [index, [text]] of pairs.entries()) expect(readWorkflowText(text)).toEqual(documents[index])
      expect(resultOf(await runCode(sandbox, 'python', compare, { inputs: { pairs } }))).toEqual({ wrong: [] })
    }
  })
})

describe('quoted text whose lines begin further left than YAML 1.2 allows', () => {
  const read = `import json, yaml
def main(text):
    return {"value": yaml.safe_load(text)}`

  test.each([
    "a:\n  b: 'first\n\nsecond'\n  c: 1\n",
    'a:\n  b: "first\nsecond\n\n third"\n  c: 1\n',
    "a:\n  - 'it''s\nnot: a key'\n  - 'and\nthis'\n",
    'a:\n  b: "x \\\n  y\n\\"z\\""\n  c: [1, "p\nq"]\n',
    "a:\n  {b: 'p\n\n\nq', c: 'r'}\n",
    "a:\n  b: 'x\r\ny'\r\n  c: 1\r\n",
    "a:\n  ? 'k\nl'\n  : 1\n",
  ])('is read as PyYAML reads it: %j', async (text) => {
    const { value } = resultOf(await runCode(sandbox, 'python', read, { inputs: { text } })) as { value: unknown }
    expect(readWorkflowText(text)).toEqual(value)
  })

  test('that is not closed is refused once, with its place', () => {
    expect(() => readWorkflowText("a: 1\nb:\n  c: 'x\ny\nd: 1\n")).toThrow(
      /^The workflow cannot be run\.\n- line 3, column 6 starts a quoted string that is never closed\.$/,
    )
  })
})
