/** The demo as a person runs it; what its scenes show is in examples.test.ts. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'

const command = path.resolve(import.meta.dirname, '../bin/codenode.js')

test('Ctrl-C ends the demo, which then calls nothing wrong', async () => {
  const demo = spawn(process.execPath, [command, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(demo, 'exit')
  let printed = ''
  let isStopped = false
  for await (const chunk of demo.stdout) {
    printed += String(chunk)
    // The first node is introduced before it runs.
    if (!isStopped && printed.includes('examples/nodes/')) isStopped = demo.kill('SIGINT')
  }
  expect(await ended).toEqual([130, null])
  expect(printed).toMatch(/Cancelled\.\n$/)
  expect(printed).not.toMatch(/not as expected/i)
})
