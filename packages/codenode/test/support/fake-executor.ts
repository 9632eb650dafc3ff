import { buildFailure } from '../../src/contract/failure-values.ts'
import type { Sandbox } from '../../src/contract/program.ts'
import type { JsonValue } from '../../src/contract/values.ts'
import { executeNode } from '../../src/workflow/executors/execute-node.ts'
import type { NodeExecutor } from '../../src/workflow/graph/node-context.ts'
import { cancel, fail, type NodeEnd } from '../../src/workflow/graph/node-end.ts'

/** What a Code node comes to: outputs, or how it goes wrong. */
export type Act =
  | { outputs: Record<string, JsonValue>; branch?: 'source' | 'fail-branch' }
  | 'fail'
  | 'throw'
  | 'hang'
  | 'deaf'

/** Code nodes do as `act` says; all others are run by the real executor. */
export function fakeExecutor(act: (nodeId: string, item: number | null) => Act | Promise<Act>): NodeExecutor {
  return async (planned, scope, at) => {
    if (planned.kind !== 'code') return await executeNode(planned, scope, at)
    const result = await act(planned.node.id, at.iteration?.index ?? null)
    if (at.signal.aborted) return cancel({})
    if (result === 'fail') return fail(buildFailure('code_threw', { exception: 'Oops' }), {})
    if (result === 'throw') throw new Error('a mistake of ours')
    if (result === 'deaf') return await new Promise<NodeEnd>(() => undefined)
    if (result === 'hang') {
      await new Promise((resolve) => at.signal.addEventListener('abort', resolve))
      return cancel({})
    }
    const { outputs, branch = 'source' } = result
    const rest = { inputs: {}, outputs, branch, run: null, iterations: null }
    return branch === 'source'
      ? { ...rest, status: 'succeeded', error: null }
      : { ...rest, status: 'exception', error: null }
  }
}

/** For runs in which no program is run. */
export const noSandbox: Sandbox = {
  isolation: { level: 'namespaces+landlock+seccomp', layers: {} },
  run: () => Promise.reject(new Error('no program should be run')),
  close: () => Promise.resolve(),
}
