import { isCodenodeError } from '../contract/error.ts'
import type { Issue, WorkflowIssue } from '../contract/failures.ts'
import type { OutputLimits } from '../contract/limits.ts'
import type { Warning } from '../contract/record.ts'
import type { StandInRequest } from '../contract/stand-in.ts'
import { readNode, warnIgnored } from '../reading/read-node.ts'
import { isWorkflowDocument } from './document-kind.ts'
import { readWorkflowText, unwrapAnswer } from './document-text.ts'
import { toNodeSettings } from './node-text.ts'
import { parseWorkflow } from './parse-workflow.ts'

/** What a document is, and all that is wrong with it. `warnings`: what is passed over; it can run all the same. */
export type Validation =
  | { kind: 'node'; valid: boolean; issues: Issue[]; warnings: Warning[] }
  | { kind: 'workflow'; valid: boolean; issues: WorkflowIssue[]; warnings: Warning[] }

/** Of a workflow: what nodes give that are not run. */
export type ValidationOptions = StandInRequest

/** Reads a document, or its text, as a run of it would. */
export function validateDocument(given: unknown, limits: OutputLimits, standIns: StandInRequest = {}): Validation {
  let isWorkflow = true
  try {
    const document = typeof given === 'string' ? readWorkflowText(given) : unwrapAnswer(given)
    isWorkflow = isWorkflowDocument(document)
    if (isWorkflow) {
      const { warnings } = parseWorkflow(document, limits, standIns)
      return { kind: 'workflow', valid: true, issues: [], warnings: [...warnings] }
    }
    const { issues, ignored } = readNode(toNodeSettings(document), limits)
    return { kind: 'node', valid: issues.length === 0, issues, warnings: ignored.map(warnIgnored) }
  } catch (error) {
    const nothing = { valid: false, warnings: [] } as const
    if (isCodenodeError(error, 'node_invalid'))
      return { kind: 'node', ...nothing, issues: [...error.details.issues], warnings: [] }
    if (!isCodenodeError(error, 'workflow_invalid')) throw error
    // A text that cannot be read is one or the other.
    return { kind: isWorkflow ? 'workflow' : 'node', ...nothing, issues: [...error.details.issues], warnings: [] }
  }
}
