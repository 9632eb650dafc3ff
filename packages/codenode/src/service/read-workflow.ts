import type { OutputLimits } from '../contract/limits.ts'
import { readForeignText } from '../contract/workflow/document-text.ts'
import { parseWorkflow } from '../contract/workflow/parse-workflow.ts'
import type { Workflow } from '../contract/workflow/workflow.ts'

/** A workflow as a caller gives it: a document, or its text in YAML. Throws `workflow_invalid`. */
export function readWorkflow(given: unknown, limits: OutputLimits): Workflow {
  return parseWorkflow(typeof given === 'string' ? readForeignText(given) : given, limits)
}
