import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunRecord } from '../src/contract/record.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { runNode } from '../src/run/run-node.ts'
import { runWorkflow } from '../src/workflow/run-workflow.ts'
import { openSandbox } from './support/sandbox.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await openSandbox({ packages: 'installed', maxRunning: 2, spares: 1 })
})
afterAll(async () => await sandbox.close())

type Language = 'python3' | 'javascript'
type Given = { language?: Language; code: string; inputs?: Record<string, unknown>; outputs?: object; rest?: object }

async function run({ language = 'python3', code, inputs = {}, outputs = {}, rest }: Given): Promise<RunRecord> {
  const variables = Object.keys(inputs).map((variable) => ({ variable, value_selector: ['start', variable] }))
  const node = { type: 'code', title: 'T', code_language: language, code, variables, outputs, ...rest }
  // Settings as a file has them.
  return await runNode(node as never, inputs, { sandbox })
}

const of = (type: string) => ({ result: { type } })

describe('what came back is told, with what would mend it', () => {
  test('a missing output names the keys that came back, in the record and in error_message', async () => {
    const code = 'def main(q):\n    return {"output": q, "count": 1}'
    const given = { code, inputs: { q: 'x' }, outputs: of('string') }
    const message = 'Output "result" is missing; it is declared as string. main returned output, count.'
    const hint = 'Did you mean "output"? Return it as "result", or rename the output.'
    expect((await run(given)).error).toMatchObject({ code: 'output_missing', message, hint })
    const handled = await run({ ...given, rest: { error_strategy: 'fail-branch' } })
    expect(handled.outputs).toEqual({
      error_message: `${message}\nWhat to do: ${hint}`,
      error_type: 'OutputValidationError',
    })
    expect(handled.attempts[0]?.error?.hint).toBe(hint)
  })

  test('JSON text where an array is declared', async () => {
    const given = { inputs: { q: '[{"a":1}]' }, outputs: { rows: { type: 'array[object]' } } }
    const python = await run({ ...given, code: 'def main(q):\n    return {"rows": q}' })
    expect(python.error?.hint).toBe('It is JSON text: return `json.loads(…)`.')
    const javascript = await run({ ...given, language: 'javascript', code: 'const main = ({ q }) => ({ rows: q })' })
    expect(javascript.error?.hint).toBe('It is JSON text: return `JSON.parse(…)`.')
  })

  test('a list as the whole result shows the line to write', async () => {
    const record = await run({ code: 'def main():\n    return [1]', outputs: of('array[number]') })
    expect(record.error?.hint).toBe('Return it under the name of an output: `return {"result": …}`.')
  })

  test('a failure without a hint of its own has the advice of the catalogue', async () => {
    const record = await run({ code: 'def main():\n    raise ValueError("x")' })
    expect(record.error?.hint).toMatch(/^Fix the line that the traceback shows/)
  })
})

describe('what was blocked is a warning', () => {
  test('a request that the code gives up quietly', async () => {
    const code = [
      'import requests',
      '',
      'def main():',
      '    try:',
      '        return {"body": requests.get("https://example.org/").text}',
      '    except Exception as error:',
      '        return {"body": ""}',
    ].join('\n')
    const record = await run({ code, outputs: { body: { type: 'string' } } })
    expect(record).toMatchObject({
      status: 'succeeded',
      outputs: { body: '' },
      warnings: [{ code: 'operation_blocked', path: 'code', message: 'network was blocked: example.org:443' }],
    })
  })

  test('a failure after it has the warning, too; one that is the refusal itself says it once', async () => {
    const code = 'import os\n\ndef main():\n    os.system("pip install x")'
    const record = await run({ code })
    expect(record).toMatchObject({ error: { code: 'operation_blocked' }, warnings: [] })
    expect(record.error?.message).toContain('start the program "pip install x"')
    const caught = `${code.replace('    os', '    try: os')}\n    except OSError: import x_of_nobody`
    expect((await run({ code: caught })).warnings.map(({ message }) => message)).toEqual([
      'process was blocked: start the program "pip install x"',
    ])
  })
})

test('what is written in a private /tmp is no warning, what is written beside it is', async () => {
  const python = [
    'import os, pathlib, tempfile',
    'def main():',
    '    pathlib.Path("/tmp/a").write_text("x")',
    '    os.makedirs("/tmp/b/c")',
    '    tempfile.TemporaryFile().close()',
    '    try: open("/tmp/../d", "w")',
    '    except OSError: return {}',
  ].join('\n')
  const javascript = [
    "const fs = require('fs')",
    'function main() {',
    "  fs.writeFileSync('/tmp/a', 'x')",
    "  fs.mkdirSync('/tmp/b/c', { recursive: true })",
    "  try { fs.writeFileSync('/tmp/../d', 'x') } catch { return {} }",
    '}',
  ].join('\n')
  for (const [language, code] of [['python3', python] as const, ['javascript', javascript] as const]) {
    const record = await run({ language, code, rest: { limits: { tmpMb: 4 } } })
    expect(record.error, language).toBe(null)
    expect(
      record.warnings.map(({ message }) => message),
      language,
    ).toEqual(['file was blocked: open /tmp/../d for writing'])
  }
})

test('a parameter that is no input is warned of, and explains the failure', async () => {
  const code = 'function main({text, lang}){ return {r: lang.trim() + text} }'
  const record = await run({ language: 'javascript', code, inputs: { text: 'x' }, outputs: { r: { type: 'string' } } })
  const message = 'Parameter "lang" is not an input. The inputs are: text.'
  expect(record.warnings).toEqual([{ code: 'parameter_unknown', path: 'code', message }])
  expect(record.error?.hint).toBe(message)
})

test('a return at top level is told as such', async () => {
  const code = 'const items = [1, 2]\nreturn { count: items.length }'
  const { error } = await run({ language: 'javascript', code })
  expect(error?.message).toBe('The code does not define a function named main: it returns at top level.')
  expect(error?.hint).toContain('Put the code into `function main(')
})

describe('names in a template that are no variable', () => {
  async function render(template: string, variables: string[] = ['name']) {
    const start = { type: 'start', title: 'start', variables: [{ variable: 'q', type: 'paragraph', label: 'q' }] }
    const chosen = variables.map((variable) => ({ variable, value_selector: ['start', 'q'] }))
    const end = { type: 'end', title: 'end', outputs: [{ variable: 'out', value_selector: ['t', 'output'] }] }
    const edge = (source: string, target: string) => ({
      source,
      target,
      sourceHandle: 'source',
      targetHandle: 'target',
    })
    const workflow = {
      nodes: [
        { id: 'start', data: start },
        { id: 't', data: { type: 'template-transform', title: 't', template, variables: chosen } },
        { id: 'end', data: end },
      ],
      edges: [edge('start', 't'), edge('t', 'end')],
    }
    const record = await runWorkflow(workflow, { q: 'x' }, { sandbox })
    const rendered = record.nodes.find(({ id }) => id === 't')?.run
    return { out: record.outputs?.out, warnings: rendered?.warnings }
  }
  const warning = (message: string) => [{ code: 'template_name_unknown', path: 'template', message }]

  test.each([
    [
      'Hello {{ nmae }}!',
      'Hello !',
      warning('In the template, nmae is no variable, so nothing stands in its place. The variables are: name.'),
    ],
    [
      '{% if b %}{{ a }}{% endif %}{{ name }}',
      'x',
      warning('In the template, a, b are no variables, so nothing stands in their place. The variables are: name.'),
    ],
    ['{% set x = name %}{{ x }}{% for i in range(2) %}{{ loop.index }}{{ i }}{% endfor %}', 'x1021', []],
    ['{{ other | default("-") }}{% if last is defined %}x{% endif %}', '-', []],
  ])('%s', async (template, out, warnings) => {
    expect(await render(template)).toEqual({ out, warnings })
  })
})
