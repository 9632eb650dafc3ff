import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { scenes, secretName, workflowScene } from '../../../examples/scenes.ts'
import { type CodeNodeInput, createSandbox, type RunningSandbox, runNode, runWorkflow } from '../src/index.ts'

let sandbox: RunningSandbox
beforeAll(async () => {
  process.env[secretName] = 'only the host may know this'
  sandbox = await createSandbox({ spares: 1 })
})
afterAll(async () => {
  await sandbox?.close()
})

test.each(scenes)('examples/nodes/$file does what the demo shows', async ({ file, inputs, check }) => {
  const text = readFileSync(new URL(`../../../examples/nodes/${file}`, import.meta.url), 'utf8')
  const record = await runNode(parse(text) as CodeNodeInput, inputs(), { sandbox })
  expect(check(record), JSON.stringify(record.error ?? record.outputs)).toBeNull()
  // What the forbidden ones try is noted, though their code catches each refusal.
  const acts = ['file', 'file', 'file', 'network', 'network', 'process', 'process', 'process']
  const tried = file.startsWith('forbidden') ? acts : []
  expect(record.warnings.map(({ message }) => message.split(' was blocked: ')[0])).toEqual(tried)
})

test('examples/workflows/seattle-trip.yml does what the demo shows', async () => {
  const { file, inputs, check } = workflowScene
  const text = readFileSync(new URL(`../../../examples/workflows/${file}`, import.meta.url), 'utf8')
  const record = await runWorkflow(parse(text), inputs(), { sandbox })
  expect(check(record), JSON.stringify(record.error ?? record.outputs)).toBeNull()
  expect(record.warnings).toEqual([])
})
