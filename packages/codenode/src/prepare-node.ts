import type { ServerLimits } from './contract/limits.ts'
import type { CodeNode } from './contract/node.ts'
import type { RunLimits } from './contract/program.ts'
import type { Warning } from './contract/record.ts'
import { type PreparedProgram, prepareProgram } from './inputs/build-program.ts'
import { type CheckedResult, readResult } from './read-result.ts'

/** A checked node, with all that does not depend on its inputs. */
export type PreparedNode = {
  node: CodeNode
  program: PreparedProgram
  /** About its settings. */
  warnings: readonly Warning[]
  limits: ServerLimits
  /** Reads and checks what `main` returned. */
  readResult: (resultJson: string, limits: RunLimits) => CheckedResult | Promise<CheckedResult>
}

/** `outputs`: those that the node declares, or `any` that `main` returns. */
export function prepareNode(
  node: CodeNode,
  limits: ServerLimits,
  outputs: 'declared' | 'any' = 'declared',
): PreparedNode {
  const expected = outputs === 'any' ? 'any' : node.outputs
  return {
    node,
    limits,
    warnings: [],
    program: prepareProgram(node, limits),
    readResult: (resultJson, { resultBytes }) =>
      readResult(resultJson, expected, { ...limits, resultBytes }, node.code_language),
  }
}
