import { type EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'
import { findFailedLine } from './failed-line.ts'

/** Where a run failed: a line of the code that ran, from 1, what stood there if that is known, and what was said. */
export type Failure = { line: number; text: string | null; message: string }

/** Marks the line of a failed run, or, with null, takes the mark away. */
export const setFailure = StateEffect.define<Failure | null>()

/**
 * The mark of the line that failed, with the message under it. It moves with the line and goes when the line is edited, also
 * where that was while the code ran.
 */
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
  const number = failure && findFailedLine(state.doc, failure)
  if (!failure || number === null) return Decoration.none
  const line = state.doc.line(number)
  return Decoration.set([
    Decoration.line({ class: 'cm-failed-line' }).range(line.from),
    Decoration.widget({ widget: new Message(failure.message), side: 1, block: true }).range(line.to),
  ])
}

/** The line that is marked now, from 1; null: none is. */
export function markedLine(state: EditorState): number | null {
  const first = state.field(failureMark).iter()
  return first.value ? state.doc.lineAt(first.from).number : null
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
    const text = document.createElement('div')
    text.textContent = this.message
    element.append(text)
    return element
  }
}
