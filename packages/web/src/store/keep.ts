import { isObject, parseLossless, stringifyLossless } from 'codenode/contract'
import type { WorkflowDocument } from '../graph/document.ts'
import { toDocument } from '../graph/document-text.ts'
import { newHistory } from '../graph/history.ts'
import { labels } from '../labels.ts'
import { type EditorState, tell, useEditor } from './editor-store.ts'
import { runIdOf } from './workflow-run.ts'

const storageKey = 'codenode.editor'

type Kept = { document: WorkflowDocument; inputs: Record<string, string>; runId: string | null }

let isRestored = false

/**
 * Takes up what an earlier page kept, and keeps what changes from then on, so that a reload or a closed tab loses nothing.
 * The id of the last run is given once; null: there is none.
 */
export function restoreOnce(): string | null {
  if (isRestored) return null
  isRestored = true
  const kept = readKept(localStorage.getItem(storageKey))
  if (kept) useEditor.setState({ history: newHistory(kept.document), inputs: kept.inputs })
  keepChanges()
  return kept?.runId ?? null
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
  try {
    localStorage.setItem(storageKey, stringifyLossless(kept))
  } catch {
    // Browsers keep about 5 MB. The inputs are most often what is large; the workflow matters more.
    saveWithoutInputs(kept)
  }
}

function saveWithoutInputs(kept: Kept): void {
  try {
    localStorage.setItem(storageKey, stringifyLossless({ ...kept, inputs: {} }))
  } catch {
    tell(labels.notices.full)
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
