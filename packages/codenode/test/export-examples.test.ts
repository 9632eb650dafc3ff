/** Whole exports of the shapes that people have, run by stand-ins for the nodes that do not run here. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  checkWorkflow,
  createSandbox,
  fromJson,
  makeStandIns,
  type RunningSandbox,
  readWorkflowText,
  runWorkflow,
  type StandIns,
  type WorkflowRecord,
  writeStandIns,
} from '../src/index.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  sandbox = await createSandbox()
})
afterAll(async () => {
  await sandbox?.close()
})

const folder = new URL('../../../examples/exports/', import.meta.url)
const read = (name: string, ending: string): string => readFileSync(new URL(`${name}${ending}`, folder), 'utf8')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.expected.json'))
  .map((file) => file.replace('.expected.json', ''))

type Expected = { inputs: Record<string, unknown>; status: WorkflowRecord['status']; outputs: Record<string, unknown> }

function readExample(name: string) {
  const document = readWorkflowText(read(name, '.yml'))
  // Files of this repository.
  const standIns = readWorkflowText(read(name, '.stand-ins.yml')) as Exclude<StandIns, string>
  return { document, standIns, expected: fromJson(read(name, '.expected.json')) as Expected }
}

test('there are at least twenty', () => {
  expect(names.length).toBeGreaterThanOrEqual(20)
})

test.each(names)('%s gives what it should', async (name) => {
  const { document, standIns, expected } = readExample(name)
  const record = await runWorkflow(document, expected.inputs, { sandbox, standIns })
  const { status, outputs } = record
  expect({ status, outputs }, JSON.stringify(record.error)).toEqual({
    status: expected.status,
    outputs: expected.outputs,
  })
  // Nothing of it is odd.
  expect(record.warnings.map(({ code }) => code)).toEqual(['node_stood_in'])
})

test.each(names)('%s is refused without stand-ins for just the types that do not run here', (name) => {
  const issues = checkWorkflow(readExample(name).document)
  expect(issues.filter(({ nodeType }) => nodeType === undefined)).toEqual([])
  const types = issues.map(({ nodeType }) => nodeType)
  expect(new Set(types).size).toBe(types.length)
})

test.each(names)('%s is sound with made-up values, in memory and in the file that is written', (name) => {
  const { document, standIns } = readExample(name)
  expect(checkWorkflow(document, undefined, { standIns: 'made' })).toEqual([])
  const made = makeStandIns(document)
  expect(Object.keys(made).toSorted()).toEqual(Object.keys(standIns).toSorted())
  expect(readWorkflowText(writeStandIns(document))).toEqual(made)
})
