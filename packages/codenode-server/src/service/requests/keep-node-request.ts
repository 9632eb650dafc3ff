import { isObject } from 'codenode/internal/contract/values'
import { maskInputs, secretInputsOf } from 'codenode/internal/inputs/mask-inputs'
import { keepInputs } from 'codenode/internal/workflow/kept-request'
import type { RunRequest } from '../api/types.ts'

/** The request of a node's run as it may be kept: its secrets masked. Throws `inputs_invalid` as `runNode`. */
export function keepNodeRequest(node: unknown, inputs: unknown, marked: readonly string[] = []): RunRequest {
  // Nobody has looked at the node yet.
  const rows: unknown = isObject(node) ? node.variables : null
  const variables = (Array.isArray(rows) ? rows : []).filter(isVariable)
  const names = secretInputsOf({ variables }, marked)
  const mask = names.length === 0 ? null : maskInputs({ variables }, inputs, marked)
  if (!mask) return { node, inputs, secrets: [] }
  return { node: mask.document(node), inputs: keepInputs(inputs, { names, mask }), secrets: names }
}

type Variable = { variable: string; value_selector: string[] }

function isVariable(row: unknown): row is Variable {
  return isObject(row) && typeof row.variable === 'string'
}
