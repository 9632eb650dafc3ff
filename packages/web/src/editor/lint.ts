import { ensureSyntaxTree } from '@codemirror/language'
import { type Action, linter, lintKeymap, type Diagnostic as Mark } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { type EditorView, keymap } from '@codemirror/view'
import { diagnose } from '../diagnostics/diagnose.ts'
import type { CodeToCheck, Diagnostic, Offer } from '../diagnostics/diagnostic.ts'
import { labels } from '../panel/labels.ts'

/** Typing goes on while nothing is looked at. */
const quietMs = 400
/** What the editor has not parsed by then is left to the rules themselves. */
const parseMs = 50

type LintOptions = {
  facts: () => Omit<CodeToCheck, 'code' | 'tree'>
  /** The form takes over what the code has. */
  onOffer: (offer: Offer) => void
}

/** Shows what can be said without a run, with what puts it right. */
export function lint({ facts, onOffer }: LintOptions): Extension {
  const look = ({ state }: EditorView): Mark[] => {
    const tree = ensureSyntaxTree(state, state.doc.length, parseMs) ?? undefined
    return diagnose({ ...facts(), code: state.doc.toString(), tree }).map((one) => toMark(one, onOffer))
  }
  return [linter(look, { delay: quietMs }), keymap.of(lintKeymap)]
}

function toMark({ from, to, severity, message, fix, offer }: Diagnostic, onOffer: LintOptions['onOffer']): Mark {
  const actions: Action[] = []
  if (fix) actions.push({ name: fix.label, apply: (view) => view.dispatch({ changes: [...fix.changes] }) })
  if (offer) actions.push({ name: labels.code.offers[offer.kind](offer.name), apply: () => onOffer(offer) })
  return { from, to, severity, message, actions }
}
