import { syntaxTree } from '@codemirror/language'
import type { EditorState } from '@codemirror/state'

/** The name of a module that is written as a text. */
const moduleText = /(?:\bfrom|\bimport|\b(?:require|import)\s*\()\s*["'][^"'\n]*$/

/** What the cursor is inside of. `module`: a text that names a module. */
export function textAround(state: EditorState, pos: number): 'code' | 'comment' | 'text' | 'module' {
  const { name, to } = syntaxTree(state).resolveInner(pos, -1)
  if (name.endsWith('Comment')) return 'comment'
  // Behind its end one is outside again.
  if (!/String$/.test(name) || (to === pos && isClosed(state, pos))) return 'code'
  const line = state.doc.lineAt(pos)
  return moduleText.test(line.text.slice(0, pos - line.from)) ? 'module' : 'text'
}

function isClosed(state: EditorState, pos: number): boolean {
  return /["'`]/.test(state.sliceDoc(pos - 1, pos))
}
