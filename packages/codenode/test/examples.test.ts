import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenes, secretName, workflowScene } from '../src/cli/demo-scenes.ts'
import { type Codenode, createCodenode, readNodeText } from '../src/index.ts'

let codenode: Codenode
beforeAll(async () => {
  process.env[secretName] = 'only the host may know this'
  codenode = await createCodenode({ spares: 1 })
})
afterAll(async () => {
  await codenode?.close()
})

test.each(scenes)('examples/nodes/$file does what the demo shows', async ({ file, inputs, check }) => {
  const text = readFileSync(new URL(`../../../examples/nodes/${file}`, import.meta.url), 'utf8')
  const record = await codenode.runNode(readNodeText(text), inputs())
  expect(check(record), JSON.stringify(record.error ?? record.outputs)).toBeNull()
  // What the forbidden ones try is noted, though their code catches each refusal.
  const acts = ['file', 'file', 'file', 'network', 'network', 'process', 'process', 'process']
  const tried = file.startsWith('forbidden') ? acts : []
  expect(record.warnings.map(({ message }) => message.split(' was blocked: ')[0])).toEqual(tried)
})

test('examples/workflows/seattle-trip.yml does what the demo shows', async () => {
  const { file, inputs, check } = workflowScene
  const text = readFileSync(new URL(`../../../examples/workflows/${file}`, import.meta.url), 'utf8')
  const record = await codenode.runWorkflow(text, inputs())
  expect(check(record), JSON.stringify(record.error ?? record.outputs)).toBeNull()
  expect(record.warnings).toEqual([])
})
