import { foldGutter, foldKeymap } from '@codemirror/language'
import { searchKeymap } from '@codemirror/search'
import { type Extension, Prec } from '@codemirror/state'
import { type EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from '@codemirror/view'
import type { Packages } from 'codenode/client'
import type { CodeLanguage, OutputSpecs } from 'codenode/contract'
import type { CompletionSources } from '../diagnostics/completions.ts'
import type { QuickFix } from '../diagnostics/diagnostic.ts'
import { labels } from '../labels/code-node.ts'
import { basics } from './basics.ts'
import { completion } from './completion.ts'
import { failureMark } from './failure-mark.ts'
import { findAndReplace } from './find-panel.tsx'
import { hangingIndent } from './hanging-indent.ts'
import { languageSupport } from './language.ts'
import { type CodeProblem, lint, tellProblems } from './lint.ts'
import type { MemberSource } from './member-source.ts'

/** What the editor knows of its node. */
export type CodeFacts = {
  inputs: CompletionSources['inputs']
  outputs: OutputSpecs
  packages: Packages | null
  members: MemberSource
}

/** What the code asks of the panel around it. */
export type CodeActions = {
  onRun: () => void
  onFormat: (view: EditorView) => void
  onQuickFix: (quickFix: QuickFix) => void
  /** Told what is wrong with the code, each time that changes. */
  onProblems: (problems: readonly CodeProblem[]) => void
}

/** The editor of a node's code: what is asked for later is read when it is needed. */
export function codeExtensions(language: CodeLanguage, facts: () => CodeFacts, actions: CodeActions): Extension {
  const { onRun, onFormat, onQuickFix, onProblems } = actions
  const isDone =
    (act: (view: EditorView) => void) =>
    (view: EditorView): boolean => {
      act(view)
      return true
    }
  return [
    Prec.highest(
      keymap.of([
        { key: 'Mod-Enter', run: isDone(onRun) },
        { key: 'Shift-Alt-f', run: isDone(onFormat) },
      ]),
    ),
    languageSupport[language],
    lineNumbers(),
    foldGutter({ markerDOM: buildFoldMarker }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    keymap.of([...searchKeymap, ...foldKeymap]),
    findAndReplace,
    completion(() => ({ language, ...facts() })),
    lint({ facts: () => ({ ...facts(), language, inputs: facts().inputs.map(({ name }) => name) }), onQuickFix }),
    tellProblems(onProblems),
    failureMark,
    hangingIndent,
    basics(() => ({ 'aria-label': labels.code.area(labels.code.languages[language]) }), 'indents'),
  ]
}

function buildFoldMarker(isOpen: boolean): HTMLElement {
  const marker = document.createElement('span')
  marker.textContent = isOpen ? '▾' : '▸'
  return marker
}
