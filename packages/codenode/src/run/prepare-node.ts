import type { RunLimits, ServerLimits } from '../contract/limits.ts'
import type { CodeNode, CodeNodeInput } from '../contract/node.ts'
import { languageOf } from '../contract/node-words.ts'
import type { Warning } from '../contract/record.ts'
import { type BuiltProgram, bindProgram, type PreparedProgram, prepareProgram } from '../inputs/build-program.ts'
import { maskInputs } from '../inputs/mask-inputs.ts'
import { parseRunLimits, warnNotRaised } from '../reading/allowed-limits.ts'
import { parseWithWarnings } from '../reading/read-node.ts'
import type { SecretMask } from '../secrets/secret-mask.ts'
import { type CheckedResult, readResult } from './read-result.ts'
import { type RunNodeOptions, runNodeOptionsSchema } from './run-node-options.ts'

/** A checked node, with all that does not depend on its inputs. */
export type PreparedNode = {
  node: CodeNode
  program: PreparedProgram
  /** About its settings and the options of the run. */
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
      readResult(resultJson, expected, { ...limits, resultBytes }, languageOf[node.code_language]),
  }
}

/** A node with the inputs of one run. `mask`: hides the secrets among them; null: there are none. */
export type PreparedRun = { prepared: PreparedNode; bound: BuiltProgram; mask: SecretMask | null }

/** Reads everything that a caller gives, and throws all that is the caller's mistake: nothing runs yet. */
export function prepareRun(
  settings: CodeNodeInput,
  inputs: unknown,
  options: Pick<RunNodeOptions, 'sandbox' | 'limits' | 'outputs' | 'secrets'>,
): PreparedRun {
  const limits = parseRunLimits(options, runNodeOptionsSchema)
  const { node, warnings: ofSettings } = parseWithWarnings(settings, limits)
  const mask = maskInputs(node, inputs, options.secrets)
  const warnings = [...ofSettings, ...warnNotRaised(options)]
  return bindNode({ ...prepareNode(node, limits, options.outputs), warnings }, inputs, mask)
}

/** Gives a node that is prepared its inputs: in a workflow the same one can be run many times. Throws `inputs_invalid`. */
export function bindNode(prepared: PreparedNode, inputs: unknown, mask: SecretMask | null): PreparedRun {
  return { prepared, bound: bindProgram(prepared.program, prepared.node, inputs, prepared.limits), mask }
}
