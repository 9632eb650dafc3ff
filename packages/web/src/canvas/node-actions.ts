import type { NodeType } from 'codenode/contract'
import { duplicateNodes as withCopies } from '../graph/clipboard.ts'
import { removeNodes as without } from '../graph/edit-nodes.ts'
import { labels } from '../labels/editor.ts'
import { closePanel, currentDocument, edit, openPanel, select, showNotice, useEditor } from '../store/editor-store.ts'
import { addWhere } from './add.ts'

/** Adds the node that was chosen in the menu, and opens it; its id, or null when its place is gone. */
export function addChosen(choice: { type: NodeType; handle: string | null }): string | null {
  const { adding } = useEditor.getState()
  useEditor.setState({ adding: null })
  const added = adding && addWhere(currentDocument(), adding.where, choice)
  if (!added) return null
  edit(() => added.document)
  select([added.id])
  openPanel(added.id, 'stay')
  return added.id
}

export function removeNodes(ids: readonly string[]): void {
  const before = currentDocument()
  edit((it) => without(it, ids))
  const count = before.workflow.graph.nodes.length - currentDocument().workflow.graph.nodes.length
  const { panel } = useEditor.getState()
  if (panel && !currentDocument().workflow.graph.nodes.some(({ id }) => id === panel.id)) closePanel()
  if (count > 0) showNotice(labels.notices.removed(count), 'with-undo')
}

export function duplicateNodes(ids: readonly string[]): void {
  const copied = withCopies(currentDocument(), ids)
  if (copied.ids.length === 0) return
  edit(() => copied.document)
  select(copied.ids)
  showNotice(labels.notices.pasted(copied.ids.length))
}
