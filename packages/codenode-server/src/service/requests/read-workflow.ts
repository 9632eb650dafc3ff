import { CodenodeError } from 'codenode/internal/contract/error'
import type { StandInRequest } from 'codenode/internal/contract/stand-in'
import { readForeignText, textOfAnswer } from 'codenode/internal/document/document-text'
import { parseWorkflow, type WorkflowLimits } from 'codenode/internal/document/parse-workflow'
import type { Workflow } from 'codenode/internal/document/workflow'
import { parseLossless } from 'codenode/internal/json/json'
import { offload } from 'codenode/internal/offload/offload'

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

export function isLarge(given: unknown): boolean {
  return isLargeText(textOfAnswer(given) ?? given)
}

function isLargeText(given: unknown): given is string {
  return typeof given === 'string' && given.length > smallText
}

/** For doors: what is too much to be read on the thread that serves is read on another. Rejects with `workflow_invalid`. */
export async function readLargeText(given: unknown): Promise<unknown> {
  const text = textOfAnswer(given) ?? given
  if (!isLargeText(text)) return given
  const read = await offload('readWorkflowText', { text })
  if (read.status === 'refused') throw new CodenodeError('workflow_invalid', read.details)
  return new WorkflowText(text, parseLossless(read.documentJson))
}

/** What a caller gave: a document, or its text. */
export function asGiven(workflow: unknown): unknown {
  return workflow instanceof WorkflowText ? workflow.text : workflow
}

/** A workflow as a caller gives it: a document, or its text in YAML. Throws `workflow_invalid`. */
export function readWorkflow(given: unknown, limits: WorkflowLimits, standIns: StandInRequest = {}): Workflow {
  if (given instanceof WorkflowText) return parseWorkflow(given.document, limits, standIns)
  const text = textOfAnswer(given) ?? given
  return parseWorkflow(typeof text === 'string' ? readForeignText(text) : text, limits, standIns)
}
