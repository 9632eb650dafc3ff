import { ensureSyntaxTree } from '@codemirror/language'
import {
  type Action,
  diagnosticCount,
  forEachDiagnostic,
  linter,
  lintGutter,
  lintKeymap,
  type Diagnostic as Mark,
  setDiagnosticsEffect,
} from '@codemirror/lint'
import { type Extension, StateEffect, type Transaction } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { diagnose } from '../diagnostics/diagnose.ts'
import type { CodeToCheck, Diagnostic, QuickFix } from '../diagnostics/diagnostic.ts'
import { labels } from '../labels/code-node.ts'

/** Typing goes on while nothing is looked at. */
const quietMs = 400
/** What the editor has not parsed by then is left to the rules themselves. */
const parseMs = 50

type LintOptions = {
  facts: () => Omit<CodeToCheck, 'code' | 'tree'>
  /** Changes the settings as a diagnostic proposes. */
  onQuickFix: (quickFix: QuickFix) => void
}

/** Shows what can be said without a run, with what puts it right. */
export function lint({ facts, onQuickFix }: LintOptions): Extension {
  const look = ({ state }: EditorView): Mark[] => {
    const tree = ensureSyntaxTree(state, state.doc.length, parseMs) ?? undefined
    return diagnose({ ...facts(), code: state.doc.toString(), tree }).map((one) => toMark(one, onQuickFix))
  }
  return [
    linter(look, { delay: quietMs, needsRefresh: ({ transactions }) => transactions.some(hasNewFacts) }),
    lintGutter(),
    keymap.of(lintKeymap),
  ]
}

/** What is known beside the code is another: the inputs, the outputs or the packages. */
export const newFacts = StateEffect.define()

function hasNewFacts({ effects }: Transaction): boolean {
  return effects.some((effect) => effect.is(newFacts))
}

/** A problem of the code where it stands now; `line` is counted from 1. */
export type CodeProblem = { from: number; line: number; severity: Mark['severity']; message: string }

/** Tells the problems that are shown, in the order of the code, whenever they are others or stand elsewhere. */
export function tellProblems(tell: (problems: readonly CodeProblem[]) => void): Extension {
  return EditorView.updateListener.of(({ state, docChanged, transactions }) => {
    const isNew = transactions.some(({ effects }) => effects.some((effect) => effect.is(setDiagnosticsEffect)))
    if (!isNew && !(docChanged && diagnosticCount(state) > 0)) return
    const problems: CodeProblem[] = []
    forEachDiagnostic(state, ({ severity, message }, from) => {
      problems.push({ from, line: state.doc.lineAt(from).number, severity, message })
    })
    tell(problems.sort((a, b) => a.from - b.from))
  })
}

function toMark(
  { from, to, severity, message, fix, quickFix }: Diagnostic,
  onQuickFix: LintOptions['onQuickFix'],
): Mark {
  const actions: Action[] = []
  if (fix) actions.push({ name: fix.label, apply: (view) => view.dispatch({ changes: [...fix.changes] }) })
  if (quickFix) {
    const name = labels.code.quickFixes[quickFix.kind](quickFix.name)
    actions.push({ name, apply: () => onQuickFix(quickFix) })
  }
  return { from, to, severity, message, actions }
}
