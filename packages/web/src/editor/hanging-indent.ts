import { countColumn, type Extension, type Text } from '@codemirror/state'
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view'

/** What a line has on its left in any case. */
const padding = '6px'

/** The rest of a line that is too long begins below its first character: at the margin, it would look like less indentation. */
export const hangingIndent: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet

    constructor(view: EditorView) {
      this.decorations = indentLines(view)
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged) this.decorations = indentLines(update.view)
    }
  },
  { decorations: ({ decorations }) => decorations },
)

function indentLines({ state, visibleRanges }: EditorView): DecorationSet {
  const lines = visibleRanges.flatMap(({ from, to }) => linesBetween(state.doc, from, to))
  return Decoration.set(
    lines.flatMap(({ from, text }) => {
      const columns = countColumn(text, state.tabSize, text.search(/\S|$/))
      return columns === 0 ? [] : [hanging(columns).range(from)]
    }),
  )
}

function linesBetween(doc: Text, from: number, to: number) {
  const first = doc.lineAt(from).number
  return Array.from({ length: doc.lineAt(to).number - first + 1 }, (_, index) => doc.line(first + index))
}

const made = new Map<number, Decoration>()

function hanging(columns: number): Decoration {
  const style = `text-indent: -${columns}ch; padding-left: calc(${columns}ch + ${padding})`
  const decoration = made.get(columns) ?? Decoration.line({ attributes: { style } })
  made.set(columns, decoration)
  return decoration
}
