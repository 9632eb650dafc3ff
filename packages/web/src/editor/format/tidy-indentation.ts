import { indentRange, syntaxTree } from '@codemirror/language'
import { type ChangeSpec, EditorState, type Extension } from '@codemirror/state'

/**
 * The code with its indentation made regular: the margin that all lines share is taken away, tabs become spaces, blanks at
 * line ends go, and JavaScript is indented by its structure. Lines inside of texts stay as they are. Nothing else moves:
 * it is no formatter.
 */
export function tidyIndentation(code: string, language: Extension, kind: 'python' | 'script'): string {
  const state = EditorState.create({
    doc: code,
    extensions: [language, EditorState.tabSize.of(kind === 'python' ? 4 : 2)],
  })
  const straight = state.update({ changes: straighten(state) }).state
  if (kind === 'python') return straight.doc.toString()
  return straight.update({ changes: indentRange(straight, 0, straight.doc.length) }).state.doc.toString()
}

function straighten(state: EditorState): ChangeSpec[] {
  const lines = Array.from({ length: state.doc.lines }, (_, index) => state.doc.line(index + 1))
  const free = lines.filter((line) => !isInText(state, line.from))
  const margin = Math.min(
    ...free.filter(({ text }) => text.trim() !== '').map(({ text }) => widthOf(text, state.tabSize)),
  )
  return free.map((line) => {
    const body = isInText(state, line.to) ? line.text.trimStart() : line.text.trim()
    const indent = body === '' ? 0 : widthOf(line.text, state.tabSize) - margin
    return { from: line.from, to: line.to, insert: ' '.repeat(indent) + body }
  })
}

/** Whether a place is inside of a text that goes over lines. */
function isInText(state: EditorState, at: number): boolean {
  for (
    let node: { name: string; from: number; to: number; parent: typeof node } | null = syntaxTree(state).resolveInner(
      at,
      0,
    );
    node;
    node = node.parent
  ) {
    if (/String/.test(node.name) && node.from < at && at < node.to) return true
  }
  return false
}

function widthOf(text: string, tabSize: number): number {
  let width = 0
  for (const character of text) {
    if (character === '\t') width += tabSize - (width % tabSize)
    else if (character === ' ') width++
    else break
  }
  return width
}
