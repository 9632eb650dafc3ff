import type { RunRequestDocument } from 'codenode/client'
import { readDocument, toDocument } from '../graph/document-text.ts'
import { labels } from '../labels/editor.ts'
import { replaceDocument } from './editor-store.ts'
import { takeLastRun } from './keep.ts'
import { showRun } from './run-control.ts'

/** Puts the workflow of a run into the editor, with what became of it; false: it cannot be read. */
export function openWorkflowOf(runId: string, request: Extract<RunRequestDocument, { workflow: unknown }>): boolean {
  const { workflow } = request
  const read = typeof workflow === 'string' ? readDocument(workflow) : toDocument(workflow)
  if (!('document' in read)) return false
  // What was kept must not come over it later.
  // Another run is shown than the last one.
  takeLastRun()
  replaceDocument(read.document, labels.notices.opened)
  void showRun(runId, 'open-result')
  return true
}
