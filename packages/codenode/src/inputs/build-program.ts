import { buildFailure } from '../contract/failure-values.ts'
import { type ServerLimits, toRunLimits } from '../contract/limits.ts'
import type { CodeNode } from '../contract/node.ts'
import { languageOf } from '../contract/node-words.ts'
import type { ExecutionFailure, Program } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { utf8Length } from '../json/json-scan.ts'
import { bindInputs } from './bind.ts'

export type BuiltProgram =
  | { status: 'built'; program: Program; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

/** What stays the same from run to run of a node: its code, and its limits, lowered by its own. */
export type PreparedProgram =
  | { status: 'prepared'; program: Omit<Program, 'inputsJson' | 'inputNames'>; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

export function prepareProgram(node: CodeNode, server: ServerLimits): PreparedProgram {
  const bytes = utf8Length(node.code)
  if (bytes > server.codeBytes) {
    return { status: 'refused', failure: buildFailure('code_too_large', { bytes, codeBytes: server.codeBytes }) }
  }
  const { limits, notRaised } = toRunLimits(server, node.limits)
  const { code } = node
  const language = languageOf[node.code_language]
  return {
    status: 'prepared',
    program: { language, mode: 'main', code, limits, ...(node.bigIntegers && { bigIntegers: node.bigIntegers }) },
    warnings: notRaised.map(toWarning),
  }
}

/** What the sandbox is asked to run: the prepared program with the inputs by name. */
export function bindProgram(
  prepared: PreparedProgram,
  node: Pick<CodeNode, 'variables'>,
  inputs: unknown,
  server: Pick<ServerLimits, 'inputBytes'>,
): BuiltProgram {
  const bound = bindInputs(node.variables, inputs, server)
  if (bound.status === 'refused') return bound
  if (prepared.status === 'refused') return prepared
  const { inputsJson, inputNames } = bound
  return {
    status: 'built',
    program: { ...prepared.program, inputsJson, inputNames },
    warnings: [...bound.warnings, ...prepared.warnings],
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
