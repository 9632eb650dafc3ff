import { readText, removeText, writeFirst } from '../browser/storage.ts'
import type { WorkflowDocument } from '../graph/document.ts'
import { newHistory } from '../graph/history.ts'
import { labels } from '../labels/editor.ts'
import { runIdOf } from '../run-state/workflow-run.ts'
import { keepWhenResting } from './autosave.ts'
import { currentDocument, replaceDocument, useEditor } from './editor-store.ts'
import { useKeeping } from './keeping.ts'
import { hasSameText, type Kept, keptTexts, readKept, stampOf } from './kept.ts'
import { forgetLeftDraft, leaveDraft, offerLeftDraft } from './left-drafts.ts'
import { ownTexts, readOwn } from './own-draft.ts'
import { afterOtherWrote, mayWrite, type Stamp, whereToBegin } from './tab-rules.ts'
import { offerUnreadable, setUnreadableAside } from './unreadable.ts'

const sharedKey = 'codenode.editor'
const ownKey = 'codenode.tab'

type Tab = {
  id: string
  /** The shared workflow that this one goes on from. */
  base: Stamp
  /** The document as it was shared last; another object than the present one: the tab is ahead. */
  sharedDocument: WorkflowDocument | null
}

/** Null until the editor is opened. */
let tab: Tab | null = null

/** The run that the earlier page showed, until it is taken; null: there is none. */
let lastRun: string | null = null

/**
 * The id of the run that an earlier page showed, once; null: there is none, or it was taken. It is not part of what
 * `restoreOnce` gives: a render can be thrown away, and what it was given with it.
 */
export function takeLastRun(): string | null {
  restoreOnce()
  const id = lastRun
  lastRun = null
  return id
}

/** Takes up what an earlier page kept, and keeps what changes from then on, so that a reload or a closed tab loses nothing. */
export function restoreOnce(): void {
  if (tab) return
  const shared = readShared()
  const own = readOwn(readText('session', ownKey))
  const begin = whereToBegin(own, shared?.stamp ?? null)
  tab = { id: newStamp(), base: shared?.stamp ?? null, sharedDocument: shared?.document ?? null }
  if (own && begin !== 'shared') {
    tab.sharedDocument = own.isAhead ? null : own.history.present
    useEditor.setState({ history: own.history, inputs: begin === 'own' && shared ? shared.inputs : own.inputs })
  } else if (shared) useEditor.setState({ history: newHistory(shared.document), inputs: shared.inputs })
  // A tab that is duplicated takes its draft along, so each page has a name of its own.
  if (own) forgetLeftDraft(own.tab)
  if (own && begin === 'ask') {
    tab.base = own.base
    save()
  } else offerLeftDraft(tab.id, currentDocument())
  keepWhenResting(save)
  window.addEventListener('storage', onStorage)
  lastRun = (begin === 'shared' ? shared?.runId : own?.runId) ?? null
}

/** Puts the other version in the place of this one, which undo brings back. */
export function takeOther(): void {
  const { other } = useKeeping.getState()
  if (!tab || other.name === 'none') return
  const kept = readKept(readText('local', other.name === 'left' ? other.key : sharedKey) ?? '')
  // It is gone, or of another version of this page: then there is nothing to choose.
  if (!kept) {
    keepMine()
    return
  }
  if (other.name === 'left') removeText('local', other.key)
  else {
    tab.base = kept.stamp
    tab.sharedDocument = kept.document
  }
  useEditor.setState({ inputs: kept.inputs })
  replaceDocument(kept.document, labels.keeping.taken)
  settle(tab)
}

/** Keeps this version. The other tab, if it is open, is asked in turn. */
export function keepMine(): void {
  const { other } = useKeeping.getState()
  if (!tab || other.name === 'none') return
  if (other.name === 'left') removeText('local', other.key)
  else tab.base = stampOf(readText('local', sharedKey))
  settle(tab)
}

function settle({ id }: Tab): void {
  forgetLeftDraft(id)
  useKeeping.setState({ other: { name: 'none' } })
  save()
  offerLeftDraft(id, currentDocument())
}

function save(): void {
  if (!tab) return
  const { history, inputs, run } = useEditor.getState()
  const now: Kept = { stamp: newStamp(), document: history.present, inputs, runId: runIdOf(run) }
  const isMine = mayWrite(tab.base, stampOf(readText('local', sharedKey)))
  const isKept = isMine ? share(now, tab) : waitForChoice(now, tab)
  const isAhead = now.document !== tab.sharedDocument
  const own = { tab: tab.id, base: tab.base, isAhead, runId: now.runId, inputs: isMine ? {} : inputs, history }
  // An older draft must not come back in the place of a newer one.
  if (!writeFirst('session', ownKey, ownTexts(own))) removeText('session', ownKey)
  useKeeping.setState({ isFull: !isKept })
}

/** False: there is no room for it. */
function share(now: Kept, to: Tab): boolean {
  if (!writeFirst('local', sharedKey, keptTexts(now))) return false
  to.base = now.stamp
  to.sharedDocument = now.document
  return true
}

/** As `share`. Of a tab that changed nothing, the others have all that there is. */
function waitForChoice(now: Kept, { id, sharedDocument }: Tab): boolean {
  useKeeping.setState({ other: { name: 'changed' } })
  return now.document === sharedDocument || leaveDraft(id, now)
}

function onStorage({ key }: StorageEvent): void {
  if (!tab || (key !== sharedKey && key !== null)) return
  const text = readText('local', sharedKey)
  if (mayWrite(tab.base, stampOf(text))) return
  const other = readKept(text ?? '')
  const hasSameWorkflow = other !== null && hasSameText(other.document, currentDocument())
  const action = afterOtherWrote({ base: tab.base, hasSameWorkflow }, stampOf(text))
  if (action === 'ask') useKeeping.setState({ other: { name: 'changed' } })
  if (action !== 'follow') return
  tab.base = stampOf(text)
  tab.sharedDocument = currentDocument()
  forgetLeftDraft(tab.id)
  useKeeping.setState({ other: { name: 'none' } })
}

/** Null: there is none, or none that can be read. Then the text is put aside, where it is not written over. */
function readShared(): Kept | null {
  const text = readText('local', sharedKey)
  const kept = text === null ? null : readKept(text)
  if (text === null || kept) {
    offerUnreadable()
    return kept
  }
  removeText('local', sharedKey)
  setUnreadableAside(text)
  return null
}

/** Unlike any other; nothing depends on its being hard to guess. */
function newStamp(): string {
  return Date.now().toString(36) + Math.random().toString(36).slice(2)
}
