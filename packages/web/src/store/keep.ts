import { isObject, parseLossless, stringifyLossless } from 'codenode/contract'
import type { WorkflowDocument } from '../graph/document.ts'
import { toDocument } from '../graph/document-text.ts'
import { type History, newHistory } from '../graph/history.ts'
import { labels } from '../labels.ts'
import { currentDocument, type EditorState, replaceDocument, tell, useEditor } from './editor-store.ts'
import { readHistory, writeHistory } from './kept-history.ts'
import { runIdOf } from './workflow-run.ts'

/**
 * What this tab has is kept for this tab, with its steps of undo; what was changed last in any tab is kept for the next one
 * that is opened.
 */
const storageKey = 'codenode.editor'
const historyKey = 'codenode.editor.history'
/** Browsers keep about 5 MB for a tab, in which the document stands a second time and the inputs are. */
const maxHistoryCharacters = 1_500_000

type Kept = { document: WorkflowDocument; inputs: Record<string, string>; runId: string | null }

let isRestored = false

/**
 * Takes up what an earlier page kept, and keeps what changes from then on, so that a reload or a closed tab loses nothing.
 * The id of the last run is given once; null: there is none.
 */
export function restoreOnce(): string | null {
  if (isRestored) return null
  isRestored = true
  const kept = readKept(sessionStorage.getItem(storageKey)) ?? readKept(localStorage.getItem(storageKey))
  if (kept) useEditor.setState({ history: historyOf(kept.document), inputs: kept.inputs })
  keepChanges()
  window.addEventListener('storage', ({ key, newValue }) => {
    if (key === storageKey) offerOther(readKept(newValue))
  })
  return kept?.runId ?? null
}

/** The steps that led to the document, if they are known. */
function historyOf(document: WorkflowDocument): History<WorkflowDocument> {
  const history = readHistory(sessionStorage.getItem(historyKey) ?? '')
  const isItsOwn = history !== null && stringifyLossless(history.present) === stringifyLossless(document)
  return isItsOwn ? history : newHistory(document)
}

/** Another tab has changed a workflow: nothing is taken from this one, and it is told that the other is there. */
function offerOther(other: Kept | null): void {
  if (!other || stringifyLossless(other.document) === stringifyLossless(currentDocument())) return
  tell(labels.notices.elsewhere, {
    label: labels.notices.showOther,
    act: () => {
      useEditor.setState({ inputs: other.inputs })
      replaceDocument(other.document, labels.notices.shownOther)
    },
  })
}

const restMs = 200

function keepChanges(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isDirty = false
  const write = (): void => {
    clearTimeout(timer)
    if (!isDirty) return
    isDirty = false
    save(useEditor.getState())
  }
  useEditor.subscribe((state, before) => {
    const isSame =
      state.history.present === before.history.present &&
      state.inputs === before.inputs &&
      runIdOf(state.run) === runIdOf(before.run)
    if (isSame) return
    isDirty = true
    clearTimeout(timer)
    timer = setTimeout(write, restMs)
  })
  window.addEventListener('pagehide', write)
}

function save({ history, inputs, run }: EditorState): void {
  const kept: Kept = { document: history.present, inputs: { ...inputs }, runId: runIdOf(run) }
  // The steps are given up first: they must not take the room of the workflow.
  sessionStorage.removeItem(historyKey)
  const isKept = saveIn(localStorage, kept)
  if (!saveIn(sessionStorage, kept)) sessionStorage.removeItem(storageKey)
  if (!isKept) tell(labels.notices.full)
  const steps = writeHistory(history, maxHistoryCharacters)
  if (steps !== null) tryToSet(sessionStorage, historyKey, steps)
}

/** Browsers keep about 5 MB. The inputs are most often what is large; the workflow matters more. */
function saveIn(storage: Storage, kept: Kept): boolean {
  return (
    tryToSet(storage, storageKey, stringifyLossless(kept)) ||
    tryToSet(storage, storageKey, stringifyLossless({ ...kept, inputs: {} }))
  )
}

function tryToSet(storage: Storage, key: string, text: string): boolean {
  try {
    storage.setItem(key, text)
    return true
  } catch {
    return false // full
  }
}

function readKept(text: string | null): Kept | null {
  if (text === null) return null
  try {
    const kept = parseLossless(text)
    if (!isObject(kept)) return null
    const read = toDocument(kept.document)
    if (!('document' in read)) return null
    const inputs = isObject(kept.inputs) ? kept.inputs : {}
    return {
      document: read.document,
      inputs: Object.fromEntries(
        Object.entries(inputs).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
      ),
      runId: typeof kept.runId === 'string' ? kept.runId : null,
    }
  } catch {
    // Of another version, or changed by hand: then the editor begins anew.
    return null
  }
}
