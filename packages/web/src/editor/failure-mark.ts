import { type EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'

/** Where a run failed: a line of the code, from 1, and what was said. */
export type Failure = { line: number; message: string }

/** Marks the line of a failed run, or, with null, takes the mark away. */
export const setFailure = StateEffect.define<Failure | null>()

/** The mark of the line that failed, with the message under it. It goes when the line is edited. */
export const failureMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks
    if (transaction.docChanged) {
      let isTouched = false
      marks.between(0, transaction.startState.doc.length, (from) => {
        const line = transaction.startState.doc.lineAt(from)
        if (transaction.changes.touchesRange(line.from, line.to)) isTouched = true
      })
      next = isTouched ? Decoration.none : marks.map(transaction.changes)
    }
    for (const effect of transaction.effects) {
      if (effect.is(setFailure)) next = buildMark(transaction.state, effect.value)
    }
    return next
  },
  provide: (field) => EditorView.decorations.from(field),
})

function buildMark(state: EditorState, failure: Failure | null): DecorationSet {
  if (!failure || failure.line < 1 || failure.line > state.doc.lines) return Decoration.none
  const line = state.doc.line(failure.line)
  return Decoration.set([
    Decoration.line({ class: 'cm-failed-line' }).range(line.from),
    Decoration.widget({ widget: new Message(failure.message), side: 1, block: true }).range(line.to),
  ])
}

class Message extends WidgetType {
  readonly message: string

  constructor(message: string) {
    super()
    this.message = message
  }

  override eq(other: Message): boolean {
    return other.message === this.message
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('div')
    element.className = 'cm-failure'
    element.textContent = this.message
    return element
  }
}
