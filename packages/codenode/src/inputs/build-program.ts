import { buildFailure } from '../contract/failure-values.ts'
import { utf8Length } from '../contract/json-scan.ts'
import { type ServerLimits, toRunLimits } from '../contract/limits.ts'
import type { CodeNode } from '../contract/node.ts'
import type { ExecutionFailure, Program } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { bindInputs } from './bind.ts'

export type BuiltProgram =
  | { status: 'built'; program: Program; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

/** What the sandbox is asked to run for a node: its code, its inputs by name, and its limits, lowered by the node's own. */
export function buildProgram(node: CodeNode, inputs: unknown, server: ServerLimits): BuiltProgram {
  const bound = bindInputs(node.variables, inputs, server)
  if (bound.status === 'refused') return bound

  const bytes = utf8Length(node.code)
  if (bytes > server.codeBytes) {
    return { status: 'refused', failure: buildFailure('code_too_large', { bytes, codeBytes: server.codeBytes }) }
  }

  const { limits, notRaised } = toRunLimits(server, node.limits)
  const { code, code_language: language } = node
  const { inputsJson, inputNames } = bound
  return {
    status: 'built',
    program: { language, mode: 'main', code, inputsJson, inputNames, limits },
    warnings: [...bound.warnings, ...notRaised.map(toWarning)],
  }
}

function toWarning({ name, asked, allowed }: { name: string; asked: number; allowed: number }): Warning {
  const path = `limits.${name}`
  return {
    code: 'limit_not_raised',
    path,
    message: `${path} is ${asked}; the service allows ${allowed}, which was used.`,
  }
}
