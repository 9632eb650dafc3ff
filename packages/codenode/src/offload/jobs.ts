import { isCodenodeError } from '../contract/error.ts'
import type { FailureDetails } from '../contract/failures.ts'
import type { OutputLimits } from '../contract/limits.ts'
import type { Language } from '../contract/node-words.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { readForeignText } from '../document/document-text.ts'
import { stringifyLossless } from '../json/json.ts'
import type { JsonBounds } from '../json/json-scan.ts'
import { type ExpectedOutputs, readOutputs } from '../outputs/check-outputs.ts'
import { type JsonSurvey, surveyJson } from '../values/survey-json.ts'

/** Checked outputs as JSON text, or why they were refused. */
export type CheckedText =
  | { status: 'passed'; outputsJson: string; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

/** The document of a workflow as JSON text, or why its text cannot be read. */
export type DocumentText =
  | { status: 'read'; documentJson: string }
  | { status: 'refused'; details: FailureDetails<'workflow_invalid'> }

/**
 * What can be done away from the thread that serves, by name. A job gets and gives what `postMessage` can copy; large things
 * travel as text, since copying a text is one copy of memory and copying a tree of objects is not.
 */
export const jobs = {
  /** `readOutputs`, with the outputs as text. */
  readOutputs: (work: {
    resultJson: string
    expected: ExpectedOutputs
    limits: OutputLimits & { resultBytes: number }
    language?: Language
  }): CheckedText => {
    const checked = readOutputs(work.resultJson, work.expected, work.limits, work.language)
    if (checked.status === 'refused') return checked
    return { status: 'passed', outputsJson: stringifyLossless(checked.outputs), warnings: checked.warnings }
  },

  /** Whether the body of a request is JSON that can be read. */
  surveyJson: ({ bytes, bounds }: { bytes: Uint8Array; bounds: JsonBounds }): JsonSurvey => surveyJson(bytes, bounds),

  /** `readForeignText`, with the document as JSON. */
  readWorkflowText: ({ text }: { text: string }): DocumentText => {
    try {
      return { status: 'read', documentJson: stringifyLossless(readForeignText(text)) }
    } catch (error) {
      if (!isCodenodeError(error, 'workflow_invalid')) throw error
      return { status: 'refused', details: error.details }
    }
  },
}

export type Jobs = typeof jobs
export type JobName = keyof Jobs

/** To a worker: one job. */
export type JobMessage = { id: number; name: JobName; work: unknown }
/** From a worker: what a job gave, or what it threw. */
export type JobAnswer = { id: number } & ({ result: unknown } | { thrown: string })
