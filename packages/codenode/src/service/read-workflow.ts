import { CodenodeError } from '../contract/error.ts'
import { parseLossless } from '../contract/json.ts'
import type { OutputLimits } from '../contract/limits.ts'
import { readForeignText } from '../contract/workflow/document-text.ts'
import { parseWorkflow } from '../contract/workflow/parse-workflow.ts'
import type { Workflow } from '../contract/workflow/workflow.ts'
import { offload } from '../offload/offload.ts'

/** Reading YAML takes about a millisecond for each two of these kilobytes. */
const smallText = 32_768

/** A document that was read in another thread, with its text, which is what a run's request keeps. */
export class WorkflowText {
  readonly text: string
  readonly document: unknown

  constructor(text: string, document: unknown) {
    this.text = text
    this.document = document
  }
}

export function isLargeText(given: unknown): given is string {
  return typeof given === 'string' && given.length > smallText
}

/** For doors: what is too much to be read on the thread that serves is read on another. Rejects with `workflow_invalid`. */
export async function readLargeText(given: unknown): Promise<unknown> {
  if (!isLargeText(given)) return given
  const read = await offload('readWorkflowText', { text: given })
  if (read.status === 'refused') throw new CodenodeError('workflow_invalid', read.details)
  return new WorkflowText(given, parseLossless(read.documentJson))
}

/** What a caller gave: a document, or its text. */
export function asGiven(workflow: unknown): unknown {
  return workflow instanceof WorkflowText ? workflow.text : workflow
}

/** A workflow as a caller gives it: a document, or its text in YAML. Throws `workflow_invalid`. */
export function readWorkflow(given: unknown, limits: OutputLimits): Workflow {
  if (given instanceof WorkflowText) return parseWorkflow(given.document, limits)
  return parseWorkflow(typeof given === 'string' ? readForeignText(given) : given, limits)
}
