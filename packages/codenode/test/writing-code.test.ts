import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { checkProgram, runProgram } from './support/node-program.ts'
import { openSandbox } from './support/sandbox.ts'
import { rows } from './writing-code/rows.ts'

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
    sandbox = await openSandbox({ packages: 'installed', maxRunning: 4 })
  })
  afterAll(async () => await sandbox.close())

  test('each row has its programs here, and each program its row', () => {
    expect(rowsOfPage()).toEqual(Object.keys(rows))
  })

  test.for(Object.entries(rows))('%s', async ([, programs]) => {
    for (const program of programs) checkProgram(program, await runProgram(sandbox, program))
  })
})
