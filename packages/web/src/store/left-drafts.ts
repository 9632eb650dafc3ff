import { keysOf, readText, removeText, writeFirst } from '../browser/storage.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { useKeeping } from './keeping.ts'
import { hasSameText, type Kept, keptTexts, readKept } from './kept.ts'
import { setUnreadableAside } from './unreadable.ts'

/** What a tab has that may not be written over what is shared, under its own key: it may be closed before people choose. */
const prefix = 'codenode.editor.left.'

/** False: there is no room for it. */
export function leaveDraft(tabId: string, kept: Kept): boolean {
  return writeFirst('local', prefix + tabId, keptTexts(kept))
}

export function forgetLeftDraft(tabId: string): void {
  removeText('local', prefix + tabId)
}

/** Offers what another tab left; what says the same as this workflow is no longer needed. */
export function offerLeftDraft(tabId: string, document: WorkflowDocument): void {
  const key = keysOf('local').find((it) => it.startsWith(prefix) && it !== prefix + tabId)
  const text = key === undefined ? null : readText('local', key)
  if (key === undefined || text === null) return
  const left = readKept(text)
  if (left && !hasSameText(left.document, document)) {
    useKeeping.setState({ other: { name: 'left', key } })
    return
  }
  removeText('local', key)
  if (!left) setUnreadableAside(text)
}
