/** A service that runs a program without end, to be killed: `host.ts LEVEL`. Says `running` when it does. */
import type { IsolationLevel } from '../../src/contract/program.ts'
import { openSandbox, runCode } from './sandbox.ts'

const sandbox = await openSandbox({ isolation: process.argv[2] as IsolationLevel })
const endless = 'import os, signal\ndef main():\n    os.write(1, b"x")\n    while True:\n        pass\n'
await Promise.all([
  runCode(sandbox, 'python', endless),
  runCode(sandbox, 'javascript', 'function main() { for (;;); }'),
  new Promise((resolve) => setTimeout(resolve, 500)).then(() => process.stdout.write('running\n')),
])
