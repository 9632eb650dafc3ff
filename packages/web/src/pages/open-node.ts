import type { RunRequestDocument } from 'codenode/client'
import { isObject } from 'codenode/contract'
import { formatValue } from '../form/values.ts'
import { findNode } from '../graph/access.ts'
import { documentAround } from '../graph/node-document.ts'
import { labels } from '../labels/editor.ts'
import { currentDocument, openPanel, replaceDocument, select, useEditor } from '../store/editor-store.ts'
import { takeLastRun } from '../store/keep.ts'

/**
 * Opens the node of a run in the editor: where it still stands in the workflow, else in a workflow of its own, whose inputs
 * are those of the run. False: it cannot be read.
 */
export function openNodeOf(
  request: Extract<RunRequestDocument, { node: unknown }>,
  { id, title }: { id: string | null; title: string },
): boolean {
  // What was kept must not come over it later, and may hold the node.
  // Another run is shown than the last one, or none.
  takeLastRun()
  if (id !== null && findNode(currentDocument(), id)) {
    select([id])
    openPanel(id, 'panel')
    return true
  }
  const { node, inputs } = request
  if (!isObject(node)) return false
  const around = documentAround(node, title)
  replaceDocument(around.document, labels.notices.openedAlone(title))
  if (isObject(inputs)) useEditor.setState({ inputs: textsOf(inputs) })
  select([around.id])
  openPanel(around.id, 'panel')
  return true
}

function textsOf(inputs: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : formatValue('object', value),
    ]),
  )
}
