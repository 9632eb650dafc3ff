/** Exports of Dify's as people have them: what its engine runs, runs here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSandbox, type RunningSandbox, readWorkflowText, runWorkflow } from '../src/index.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox({ runtimes: ['python'] })
})
afterAll(async () => {
  await sandbox?.close()
})

const run = async (text: string, inputs: Record<string, unknown> = {}) =>
  await runWorkflow(readWorkflowText(text), inputs, { sandbox })

const indent = (text: string, by: number): string => text.trimStart().replaceAll(/^/gm, ' '.repeat(by))

/** A chatflow: nodes and edges as lists of YAML. */
const chatflow = (nodes: string, edges: string): string => `kind: app
version: 0.3.0
app: {name: mini, mode: advanced-chat}
workflow:
  graph:
    nodes:
${indent(nodes, 6)}
    edges:
${indent(edges, 6)}
`

const list = (rows: string) => `
- {id: s, data: {type: start, title: Start, variables: []}}
- id: c
  data: {type: code, title: List, code_language: python3, variables: [], outputs: {rows: {type: 'array[string]'}}, code: "def main():\\n    return {'rows': ${rows}}\\n"}`

const each = (more = '') => `
- {id: it, data: {type: iteration, title: Each, start_node_id: its, iterator_selector: [c, rows], output_selector: [a, answer], output_type: 'array[string]'${more}}}
- {id: its, parentId: it, data: {type: iteration-start, title: '', isInIteration: true}}
- {id: a, parentId: it, data: {type: answer, title: Say, answer: '{{#it.item#}}!', isInIteration: true}}`

describe('answers', () => {
  test('inside an iteration are a part of the answer, item by item', async () => {
    const record = await run(
      chatflow(
        list("['a', 'b']") + each(),
        '- {source: s, target: c}\n- {source: c, target: it}\n- {source: its, target: a}',
      ),
    )
    expect(record).toMatchObject({ status: 'succeeded', outputs: { answer: 'a!\nb!' } })
  })

  test('of more items than a record keeps are all there, in their order, also in parallel', async () => {
    const text = chatflow(
      `${list('[str(n) for n in range(50)]')}${each(', is_parallel: true, parallel_nums: 8')}
- {id: z, data: {type: answer, title: Last, answer: done}}`,
      '- {source: s, target: c}\n- {source: c, target: it}\n- {source: its, target: a}\n- {source: it, target: z}',
    )
    const { outputs } = await run(text)
    expect(outputs).toEqual({ answer: [...Array.from({ length: 50 }, (_, n) => `${n}!`), 'done'].join('\n') })
  })

  test('of an empty list, and of a branch that is not taken, are empty', async () => {
    const edges = '- {source: s, target: c}\n- {source: c, target: it}\n- {source: its, target: a}'
    expect((await run(chatflow(list('[]') + each(), edges))).outputs).toEqual({ answer: '' })
    const branch = `
- {id: s, data: {type: start, title: Start, variables: []}}
- {id: i, data: {type: if-else, title: If, cases: [{case_id: 'true', logical_operator: and, conditions: [{variable_selector: [sys, query], comparison_operator: is, value: x}]}]}}
- {id: a, data: {type: answer, title: Say, answer: never}}`
    const { outputs } = await run(
      chatflow(branch, "- {source: s, target: i}\n- {source: i, sourceHandle: 'true', target: a}"),
    )
    expect(outputs).toEqual({ answer: '' })
  })

  test('of items that failed stay, where the others go on', async () => {
    const text = chatflow(
      `${list("['1', 'x', '3']")}
- {id: it, data: {type: iteration, title: Each, start_node_id: its, iterator_selector: [c, rows], output_selector: [n, r], output_type: 'array[number]', error_handle_mode: continue-on-error}}
- {id: its, parentId: it, data: {type: iteration-start, title: '', isInIteration: true}}
- {id: a, parentId: it, data: {type: answer, title: Say, answer: '{{#it.item#}}', isInIteration: true}}
- {id: n, parentId: it, data: {type: code, title: N, code_language: python3, variables: [{variable: x, value_selector: [it, item]}], outputs: {r: {type: number}}, code: "def main(x):\\n    return {'r': int(x)}\\n"}}`,
      '- {source: s, target: c}\n- {source: c, target: it}\n- {source: its, target: a}\n- {source: a, target: n}',
    )
    expect(await run(text)).toMatchObject({ status: 'partial-succeeded', outputs: { answer: '1\nx\n3' } })
  })
})

describe('a chatflow', () => {
  const reads = (name: string) =>
    chatflow(
      `
- {id: s, data: {type: start, title: Start, variables: []}}
- {id: a, data: {type: answer, title: Say, answer: '{{#sys.${name}#}}'}}`,
      '- {source: s, target: a}',
    )

  test('is in its first turn, and has ids', async () => {
    expect((await run(reads('dialogue_count'))).outputs).toEqual({ answer: '1' })
    for (const name of ['conversation_id', 'app_id']) {
      expect((await run(reads(name))).outputs).toEqual({ answer: expect.stringMatching(/^[0-9a-f-]{36}$/) as string })
    }
  })

  test('is in the turn, and the conversation, that the caller says', async () => {
    expect((await run(reads('dialogue_count'), { 'sys.dialogue_count': 7 })).outputs).toEqual({ answer: '7' })
    expect((await run(reads('conversation_id'), { 'sys.conversation_id': 'mine' })).outputs).toEqual({ answer: 'mine' })
  })
})

describe('a document', () => {
  const greeting = `app: {mode: workflow, name: demo}
kind: app
workflow:
  graph:
    edges:
    - {source: 1730000000001, target: 1730000000002, sourceHandle: source}
    - {source: 1730000000002, target: 12345678901234567890}
    nodes:
    - data: {title: Start, type: start, variables: [{label: name, type: text-input, variable: name, required: true}]}
      id: 1730000000001
    - data:
        code: |
          def main(name: str) -> dict:
              return {"result": "hi " + name}
        code_language: python3
        outputs: {result: {children: null, type: string}}
        title: Code
        type: code
        variables: [{value_selector: [1730000000001, name], variable: name}]
      id: 1730000000002
    - {data: {outputs: [{value_selector: [1730000000002, result], variable: result}], title: End, type: end}, id: 12345678901234567890}
`

  test('may have whole numbers as ids and in selectors', async () => {
    const record = await run(greeting, { name: 'Bo' })
    expect(record).toMatchObject({ status: 'succeeded', outputs: { result: 'hi Bo' } })
    expect(record.nodes.map(({ id }) => id)).toEqual(['1730000000001', '1730000000002', '12345678901234567890'])
  })

  test("may be what Dify's console answers", async () => {
    expect((await run(JSON.stringify({ data: greeting }), { name: 'Bo' })).outputs).toEqual({ result: 'hi Bo' })
  })

  test('may have retries beyond the range that are off, and a default of no output: both are warnings', async () => {
    const left = greeting.replace(
      'title: Code\n',
      "title: Code\n        retry_config: {retry_enabled: false, max_retries: 50, retry_interval: 1000}\n        error_strategy: default-value\n        default_value: [{key: gone, type: string, value: ''}, {key: result, type: string, value: none}]\n",
    )
    const record = await run(left, { name: 'Bo' })
    expect(record).toMatchObject({ status: 'succeeded', outputs: { result: 'hi Bo' } })
    expect(record.warnings.map(({ code, message }) => [code, message])).toEqual([
      [
        'setting_ignored',
        expect.stringMatching(/retry_config\.max_retries .*is 50; .* Retries are off, so it is ignored\.$/),
      ],
      ['setting_ignored', expect.stringMatching(/default_value\[0\]\.key .*is "gone", which is not a declared output/)],
    ])
  })

  test('that begins with a trigger is refused for that alone', async () => {
    const trigger = greeting.replace('title: Start, type: start', 'title: Daily, type: trigger-schedule')
    const refused = await run(trigger, { name: 'Bo' }).catch(
      (error: { details: { issues: object[] } }) => error.details.issues,
    )
    expect(refused).toEqual([
      expect.objectContaining({ message: expect.stringContaining('is trigger-schedule') as string }),
    ])
  })
})
