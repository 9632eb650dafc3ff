import { CodenodeError } from 'codenode/internal/contract/error'
import { type ServerLimits, toRunLimits } from 'codenode/internal/contract/limits'
import type { Program } from 'codenode/internal/contract/program'
import { stringifyLossless } from 'codenode/internal/json/json'
import { utf8Length } from 'codenode/internal/json/json-scan'
import type { ProgramRequest } from '../api/types.ts'

/** What the frame that carries a program to its process can hold, with room for its head. */
const maxScriptBytes = 63 * 2 ** 20

/**
 * A whole program within the limits of the service. It carries its own inputs, as base64, and prints its result, so it may
 * be as long as code and inputs together, and print as much as a result may be. With inputs it is called with
 * those instead. Throws `code_too_large`.
 */
export function buildScript({ language, code, inputs }: ProgramRequest, server: ServerLimits): Program {
  const bytes = utf8Length(code)
  const codeBytes = Math.min(server.codeBytes + Math.ceil((server.inputBytes * 4) / 3), maxScriptBytes)
  if (bytes > codeBytes) throw new CodenodeError('code_too_large', { bytes, codeBytes })
  const { limits } = toRunLimits(server, null)
  if (inputs) {
    const inputNames = Object.keys(inputs)
    return { language, mode: 'main', code, inputsJson: stringifyLossless(inputs), inputNames, limits }
  }
  const logBytes = Math.max(limits.logBytes, limits.resultBytes)
  return { language, mode: 'script', code, inputsJson: '{}', inputNames: [], limits: { ...limits, logBytes } }
}
