import { isObject, parseLossless, stringifyLossless } from 'codenode/contract'
import type { WorkflowDocument } from '../graph/document.ts'
import { toDocument } from '../graph/document-text.ts'

/** What all tabs share: the workflow as it was last, the texts of its run's form, and its last run. */
export type Kept = {
  /** Of this writing: another stamp tells that another tab has written since. */
  readonly stamp: string
  readonly document: WorkflowDocument
  readonly inputs: Readonly<Record<string, string>>
  readonly runId: string | null
}

/** The text to keep; its stamp stands first. */
export function writeKept({ stamp, document, inputs, runId }: Kept): string {
  return stringifyLossless({ stamp, document, inputs, runId })
}

/** Null: of another version, changed by hand, or cut off. */
export function readKept(text: string): Kept | null {
  try {
    const kept = parseLossless(text)
    if (!isObject(kept)) return null
    const read = toDocument(kept.document)
    if (!('document' in read)) return null
    return {
      stamp: typeof kept.stamp === 'string' ? kept.stamp : '',
      document: read.document,
      inputs: textsIn(kept.inputs),
      runId: typeof kept.runId === 'string' ? kept.runId : null,
    }
  } catch {
    return null
  }
}

/** The stamp of a kept text without reading all of it; null: nothing is kept. */
export function stampOf(text: string | null): string | null {
  if (text === null) return null
  return /^\{"stamp":"([^"\\]*)"/.exec(text)?.[1] ?? ''
}

export function textsIn(value: unknown): Record<string, string> {
  const entries = Object.entries(isObject(value) ? value : {})
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** The texts that may be kept, the best first. The inputs are most often what is large; the workflow matters more. */
export function* keptTexts(kept: Kept): Generator<string> {
  yield writeKept(kept)
  yield writeKept({ ...kept, inputs: {} })
}

export function hasSameText(one: WorkflowDocument, other: WorkflowDocument): boolean {
  return stringifyLossless(one) === stringifyLossless(other)
}
