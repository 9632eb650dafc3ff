import { CodenodeError } from '../contract/error.ts'
import { buildFailure } from '../contract/failure-values.ts'
import type { OutputLimits } from '../contract/limits.ts'
import type { Language } from '../contract/node-words.ts'
import type { ExecutionFailure } from '../contract/program.ts'
import type { Warning } from '../contract/record.ts'
import { offload } from '../offload/offload.ts'
import { type ExpectedOutputs, readOutputs } from '../outputs/check-outputs.ts'
import { LazyOutputs, type Outputs } from '../values/lazy-outputs.ts'

export type CheckedResult =
  | { status: 'passed'; outputs: Outputs | LazyOutputs; warnings: Warning[] }
  | { status: 'refused'; failure: ExecutionFailure }

/**
 * Up to so many characters a result is read where it arrives, which takes some 20 ms at the very worst. A larger one is read
 * in another thread, so that nobody else waits for it.
 */
const readHere = 256 * 1024

/** Reads and checks what `main` returned. `language`: whose words a hint uses. */
export async function readResult(
  resultJson: string,
  expected: ExpectedOutputs,
  limits: OutputLimits & { resultBytes: number },
  language: Language = 'python',
): Promise<CheckedResult> {
  if (resultJson.length <= readHere) return readOutputs(resultJson, expected, limits, language)
  try {
    const checked = await offload('readOutputs', { resultJson, expected, limits, language })
    if (checked.status === 'refused') return checked
    return { status: 'passed', outputs: new LazyOutputs(checked.outputsJson), warnings: checked.warnings }
  } catch (error) {
    if (!(error instanceof CodenodeError)) throw error
    return { status: 'refused', failure: buildFailure('internal_error', { message: error.message }) }
  }
}
