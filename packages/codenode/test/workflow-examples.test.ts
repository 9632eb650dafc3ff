import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createSandbox,
  type RunningSandbox,
  readWorkflowText,
  runWorkflow,
  type WorkflowRecord,
  writeWorkflowText,
} from '../src/index.ts'
import { code, end, graph, node } from './support/graph.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  // What Dify's documents hold lies deeper than what code may usually return.
  sandbox = await createSandbox({ spares: 2, limits: { maxDepth: 30 } })
})
afterAll(async () => {
  await sandbox?.close()
})

const folder = new URL('../../../examples/workflows/', import.meta.url)
const readExample = (file: string): string => readFileSync(new URL(file, folder), 'utf8')
const statuses = (record: WorkflowRecord): string =>
  record.nodes.map(({ title, status }) => `${title}: ${status}`).join(', ')

describe('examples/workflows', () => {
  const order = 'tea,2,450\ncups,1,1200\n'
  test.each([
    ['word-count-0.1.yml', { text: 'to be or\n\nnot to be' }, 'succeeded', { report: '1: 3\n2: 3\n6 words' }],
    ['word-count-0.1.yml', { text: '' }, 'succeeded', { report: 'There is no text.' }],
    [
      'order-total-0.2.yml',
      { order, currency: 'USD' },
      'succeeded',
      { total: 2310, unit: 'USD', articles: ['tea', 'cups'] },
    ],
    [
      'order-total-0.2.yml',
      { order, currency: 'AUD' },
      'partial-succeeded',
      { total: 2100, unit: 'EUR', articles: ['tea', 'cups'] },
    ],
    ['calculator-chat-0.3.yml', { 'sys.query': '2 * 21 / 4' }, 'succeeded', { answer: '2 * 21 / 4 = 10.5' }],
    ['calculator-chat-0.3.yml', { 'sys.query': '1 + one' }, 'partial-succeeded', { answer: '1 + one = 0' }],
    [
      'calculator-chat-0.3.yml',
      { 'sys.query': 'hello' },
      'succeeded',
      { answer: 'Ask me to calculate, such as 2 * 21.' },
    ],
    [
      'city-weather-0.4.yml',
      { measurements: { Oslo: '1 2 4', Rome: 'broken', Lima: '20', Bonn: '9 10' } },
      'partial-succeeded',
      { rows: ['1. Oslo: 2.3 °C', '3. Lima: 20.0 °C', '4. Bonn: 9.5 °C'] },
    ],
    [
      'parcel-price-0.5.yml',
      { kg: 31, zone: 'far' },
      'succeeded',
      { offer: 'freight: ask for an offer (31 kg)', tracking: 9007199254740993n },
    ],
    [
      'parcel-price-0.5.yml',
      { kg: '0.2', zone: 'near' },
      'succeeded',
      { offer: 'letter: 180 cents', tracking: 9007199254740993n },
    ],
    [
      'parcel-price-0.5.yml',
      { kg: 2, zone: 'far', tracking: 7 },
      'succeeded',
      { offer: 'parcel: 1200 cents', tracking: 7 },
    ],
    [
      'parcel-price-0.5.yml',
      { kg: 2, zone: 'home', 'env.CENTS_PER_KG': 100 },
      'succeeded',
      { offer: 'parcel: 500 cents', tracking: 9007199254740993n },
    ],
    [
      'sign-up-0.6.yml',
      { form: { name: 'ada lovelace', email: 'ada@example.org', born: '1990-12-10' }, terms: true },
      'succeeded',
      { message: 'Welcome, Ada Lovelace!' },
    ],
    [
      'sign-up-0.6.yml',
      { form: { name: 'x', email: null, born: '2020-01-01' } },
      'partial-succeeded',
      { message: 'Sorry: no email too young terms' },
    ],
  ])('%s with %o ends as %s', async (file, inputs, status, outputs) => {
    const record = await runWorkflow(readWorkflowText(readExample(file)), inputs, { sandbox })
    expect(record.status, `${statuses(record)}\n${record.error?.message}`).toBe(status)
    expect(record.outputs).toEqual(outputs)
    expect(record.warnings).toEqual([])
  })

  test('the failed node, its fail branch and the join are all in the record', async () => {
    const document = readWorkflowText(readExample('order-total-0.2.yml'))
    const record = await runWorkflow(document, { order, currency: 'AUD' }, { sandbox })
    expect(record).toMatchObject({
      workflow: { name: 'Order total', mode: 'workflow', version: '0.2.0' },
      exceptionsCount: 1,
    })
    const byTitle = new Map(record.nodes.map((entry) => [entry.title, entry]))
    expect(byTitle.get('Convert')).toMatchObject({
      status: 'exception',
      branch: 'fail-branch',
      inputs: { cents: 2100, rates: { USD: 1.1, GBP: 0.85 }, currency: 'AUD' },
      error: { code: 'code_threw' },
      run: { attempts: [{ status: 'failed' }, { status: 'failed' }], logs: [{ text: 'rates for USD, GBP\n' }] },
    })
    expect(byTitle.get('Stay in euros')?.run?.logs).toMatchObject([{ stream: 'stderr' }])
    expect(byTitle.get('Either')).toMatchObject({ outputs: { total: { output: 2100 }, unit: { output: 'EUR' } } })
  })

  test('with-model-0.3.yml is refused: which nodes, which types are run, and what to do', async () => {
    const document = readWorkflowText(readExample('with-model-0.3.yml'))
    const error: unknown = await runWorkflow(document, { url: 'x' }, { sandbox }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'workflow_invalid' })
    expect(String(error)).toMatch(
      /The workflow cannot be run\.\n- workflow\.graph\.nodes\[1\]\.data\.type \("Fetch the page", node \d+\) is http-request, which does not run here\. Give the node a stand-in .*\n- .*\("Summarise", node \d+\) is llm, .*$/,
    )
  })

  test.each(readdirSync(folder))('%s: export → import → export loses nothing', (file) => {
    const document = readWorkflowText(readExample(file))
    const written = writeWorkflowText(document)
    expect(readWorkflowText(written)).toEqual(document)
    expect(writeWorkflowText(readWorkflowText(written))).toBe(written)
  })

  test("Dify's own reader takes what is written for the same values", async () => {
    const odd = [
      '1e3',
      '08',
      '007',
      '0o17',
      'yes',
      'on',
      'null',
      '=',
      '<<',
      '12:30:45',
      '2024-01-01',
      '1_000',
      '\u2028',
      '\u0085',
      '\ufeff',
    ]
    const documents = [
      ...readdirSync(folder).map((file) => readWorkflowText(readExample(file))),
      { odd, code: 'a:\n\tb\n  c\n\n' },
    ]
    const reader = code(
      'c',
      'import yaml\ndef main(texts): return {"read": [yaml.safe_load(text) for text in texts]}',
      {
        variables: { texts: 's.data.texts' },
        outputs: { read: 'array[object]' },
      },
    )
    const start = node('s', 'start', { variables: [{ variable: 'data', type: 'json_object' }] })
    const document = graph([start, reader, end('e', { read: 'c.read' })], 's>c', 'c>e')
    const record = await runWorkflow(document, { data: { texts: documents.map(writeWorkflowText) } }, { sandbox })
    expect(record.outputs?.read, record.error?.message).toEqual(documents)
  })
})
