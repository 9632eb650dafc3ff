import { linter, lintKeymap, type Diagnostic as Mark } from '@codemirror/lint'
import type { Extension } from '@codemirror/state'
import { type EditorView, keymap } from '@codemirror/view'
import { diagnose } from '../diagnostics/diagnose.ts'
import type { CodeToCheck, Diagnostic } from '../diagnostics/diagnostic.ts'

/** Typing goes on while nothing is looked at. */
const quietMs = 400

/** Shows what can be said without a run, with its fixes. */
export function lint(facts: () => Omit<CodeToCheck, 'code'>): Extension {
  const source = linter((view) => diagnose({ ...facts(), code: view.state.doc.toString() }).map(toMark), {
    delay: quietMs,
  })
  return [source, keymap.of(lintKeymap)]
}

function toMark({ from, to, severity, message, fix }: Diagnostic): Mark {
  const actions = fix
    ? [{ name: fix.label, apply: (view: EditorView) => view.dispatch({ changes: [...fix.changes] }) }]
    : []
  return { from, to, severity, message, actions }
}
