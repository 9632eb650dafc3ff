import { codenode, type SharedSandbox } from './codenode.ts'
import type { Contender } from './contender.ts'
import { floor } from './floor.ts'
import { overBareHttp, overHttp } from './http.ts'
import { isolatedVm, nodeVm, pyodide } from './peer.ts'
import { serialising } from './serialising.ts'
import { spawnPerRun } from './spawn.ts'
import { inWorkflow } from './workflow.ts'

/** Everything that is measured, in the order of the table. */
export function makeContenders(sandboxes: { withSpares: SharedSandbox; withoutSpares: SharedSandbox }): Contender[] {
  const pythonFloor = floor('python')
  return [
    pythonFloor,
    codenode('python', 'with spares', sandboxes.withSpares),
    codenode('python', 'without spares', sandboxes.withoutSpares),
    inWorkflow('python', sandboxes.withSpares),
    overHttp('python'),
    overBareHttp('python'),
    serialising('python', pythonFloor),
    spawnPerRun('python', []),
    spawnPerRun('python', ['numpy', 'pandas']),
    pyodide('fresh'),
    pyodide('reused'),
    floor('javascript'),
    codenode('javascript', 'with spares', sandboxes.withSpares),
    codenode('javascript', 'without spares', sandboxes.withoutSpares),
    inWorkflow('javascript', sandboxes.withSpares),
    overHttp('javascript'),
    overBareHttp('javascript'),
    serialising('javascript', pythonFloor),
    spawnPerRun('javascript', []),
    spawnPerRun('javascript', ['lodash', 'moment']),
    isolatedVm(),
    nodeVm(),
  ]
}
