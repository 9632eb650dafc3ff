import { historyField } from '@codemirror/commands'
import { EditorState, type Extension } from '@codemirror/state'

const fields = { history: historyField }

/** What was done in editors that are closed, by their keys, so that it can still be undone; the newest last. */
const states = new Map<string, unknown>()
const mostStates = 30
/** Of longer texts too much would have to be kept. */
const mostCharacters = 200_000

export function rememberEditor(key: string, state: EditorState): void {
  states.delete(key)
  if (state.doc.length > mostCharacters) return
  states.set(key, state.toJSON(fields))
  const [oldest] = states.keys()
  if (states.size > mostStates && oldest !== undefined) states.delete(oldest)
}

/** The editor as it was closed; null: nothing is known of it. */
export function recallEditor(key: string, extensions: Extension): EditorState | null {
  const state = states.get(key)
  return state === undefined ? null : EditorState.fromJSON(state, { extensions }, fields)
}
