import { CodenodeError, isCodenodeError } from '../contract/error.ts'
import type { CodeNodeInput } from '../contract/node.ts'
import { describeValue, isObject } from '../contract/values.ts'
import { isWorkflowDocument } from './document-kind.ts'
import { readWorkflowText } from './document-text.ts'

/**
 * The settings of a Code node from text in YAML or JSON: the `data` block of an export, or the whole node with its `data`.
 * Whole numbers keep all their digits. What the settings hold is checked when the node is run, or by `validate`. Throws
 * `node_invalid` with line and column, and where the text holds something else.
 *
 * @example
 * const record = await codenode.runNode(readNodeText(await readFile('average.yml', 'utf8')), { numbers: [1, 2, 6] })
 */
export function readNodeText(text: string): CodeNodeInput {
  return toNodeSettings(readDocument(text))
}

function readDocument(text: string): unknown {
  try {
    return readWorkflowText(text)
  } catch (error) {
    if (!isCodenodeError(error, 'workflow_invalid')) throw error
    const { issues } = error.details
    throw new CodenodeError(
      'node_invalid',
      { issues: issues.map(({ path, message }) => ({ path: path === 'workflow' ? 'node' : path, message })) },
      { cause: error },
    )
  }
}

/** The settings in a document that holds one node. */
export function toNodeSettings(document: unknown): CodeNodeInput {
  const found = isObject(document) && isObject(document.data) ? document.data : document
  // What is inside is checked when it is run.
  if (isObject(found) && !isWorkflowDocument(found)) return found as CodeNodeInput
  const what = isWorkflowDocument(found) ? 'is a workflow' : `is ${describeValue(found)}`
  const message = `${what}; a node is an object with type: code, code and outputs.`
  throw new CodenodeError('node_invalid', { issues: [{ path: 'node', message }] })
}
