import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CodeNodeInput } from '../src/contract/node.ts'
import type { RunRecord } from '../src/contract/record.ts'
import { runNode } from '../src/index.ts'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { openSandbox } from './support/sandbox.ts'
import { type Program, rows } from './writing-code/rows.ts'

/** The first cells of the tables, in their order, with the section that each stands in. */
function rowsOfPage(): string[] {
  const page = readFileSync(new URL('../../../docs/writing-code.md', import.meta.url), 'utf8')
  let section = ''
  return page.split('\n').flatMap((line) => {
    section = /^## (.*)$/.exec(line)?.[1] ?? section
    const [, first] = /^\| ([^|]+) \|/.exec(line) ?? []
    return first === undefined || first === 'what' || first.startsWith('---') ? [] : [`${section}: ${first}`]
  })
}

describe('docs/writing-code.md', () => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ maxRunning: 4 })
  })
  afterAll(async () => await sandbox.close())

  test('each row has its programs here, and each program its row', () => {
    expect(rowsOfPage()).toEqual(Object.keys(rows))
  })

  test.for(Object.entries(rows))('%s', async ([, programs]) => {
    for (const program of programs) check(program, await run(program))
  })

  async function run({
    language,
    code,
    inputs = {},
    outputs = { r: 'object' },
    settings,
  }: Program): Promise<RunRecord> {
    const node = {
      type: 'code',
      title: 'Row',
      code_language: language,
      code,
      variables: Object.keys(inputs).map((variable) => ({ variable, value_selector: ['start', variable] })),
      outputs: Object.fromEntries(Object.entries(outputs).map(([name, type]) => [name, { type }])),
      ...settings,
    } as CodeNodeInput
    return await runNode(node, inputs, { sandbox })
  }
})

/** The whole of what a row says of a program: its outputs, or its failure with parts of what it tells. */
function check({ code, returns, fails, warns, logs }: Program, record: RunRecord): void {
  const seen = `${code}\n${JSON.stringify(record.error)}`
  if (fails) {
    expect(record.error?.code, seen).toBe(fails.code)
    const told = `${record.error?.message}\n${record.error?.hint}`
    for (const part of fails.tells ?? []) expect(told, seen).toContain(part)
  } else {
    expect(record.status, seen).toBe('succeeded')
    // As the caller gets it: with all digits.
    if (returns !== undefined) expect(record.outputs, seen).toEqual(returns)
  }
  if (warns)
    expect(
      record.warnings.map((it) => it.code),
      seen,
    ).toEqual(warns)
  if (logs !== undefined) expect(record.logs.map((it) => it.text).join(''), seen).toBe(logs)
}
