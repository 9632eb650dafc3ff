import {
  acceptCompletion,
  autocompletion,
  type CompletionSource,
  closeCompletion,
  completionKeymap,
  selectedCompletionIndex,
} from '@codemirror/autocomplete'
import { pythonLanguage } from '@codemirror/lang-python'
import { type EditorState, type Extension, Prec } from '@codemirror/state'
import { type Command, keymap } from '@codemirror/view'
import { type CompletionSources, completionsFor } from '../diagnostics/completions.ts'
import { completeMembers, type KnownForCompletion } from './complete-members.ts'
import { toCompletion } from './completion-entry.ts'
import { completionPlace } from './completion-place.ts'
import { onlyFitting } from './fitting.ts'
import { textAround } from './text-around.ts'

/** A line can be as long as the code; nobody's path is. */
const farthest = 300

/** Completion of what is known about the node and of what modules have, beside what the language itself offers. */
export function completion(known: () => KnownForCompletion): Extension {
  let wholeWord = ''
  const ofNode: CompletionSource = (context) => {
    const { state, pos } = context
    const around = textAround(state, pos)
    if (around === 'comment') return null
    return (around === 'code' ? completeMembers(context, known()) : null) ?? completeKnown(state, pos, around, known())
  }
  const sources = [ofNode, ...[0, 1, 2].map(languageSource)].map((source) =>
    onlyFitting(source, (word) => {
      wholeWord = word
    }),
  )
  /** Enter takes what the list offers, unless the word is written in full and nothing was chosen in the list. */
  const onEnter: Command = (view) => {
    const { from, text } = view.state.doc.lineAt(view.state.selection.main.head)
    const word = /[\w$]*$/.exec(text.slice(0, view.state.selection.main.head - from))?.[0]
    const isWhole = word !== '' && word === wholeWord
    if (!isWhole || selectedCompletionIndex(view.state) !== 0) return acceptCompletion(view)
    closeCompletion(view)
    return false
  }
  const keys = completionKeymap.map((binding) => (binding.key === 'Enter' ? { ...binding, run: onEnter } : binding))
  return [autocompletion({ override: sources, defaultKeymap: false }), Prec.highest(keymap.of(keys))]
}

/** One of those that the language brings along; there are two or three. */
function languageSource(place: number): CompletionSource {
  return (context) => {
    const { state, pos } = context
    if (pythonImport(state, pos) !== null) return null
    return state.languageDataAt<CompletionSource>('autocomplete', pos)[place]?.(context) ?? null
  }
}

/** Which part of an import statement is written; null: none. */
function pythonImport(state: EditorState, pos: number): 'module' | 'member' | null {
  if (!pythonLanguage.isActiveAt(state, pos)) return null
  const before = state.sliceDoc(state.doc.lineAt(pos).from, pos)
  if (/^\s*from\s+[\w.]+\s+import\b/.test(before)) return 'member'
  return /^\s*(?:import|from)\s/.test(before) ? 'module' : null
}

function completeKnown(
  state: EditorState,
  pos: number,
  around: 'code' | 'text' | 'module',
  sources: CompletionSources,
): ReturnType<CompletionSource> {
  const before = state.sliceDoc(Math.max(state.doc.lineAt(pos).from, pos - farthest), pos)
  const place = completionPlace(before)
  if (!place || (around === 'text' && place.form !== 'key')) return null
  // A dictionary of Python has keys and no such attributes.
  if (place.form === 'member' && sources.language === 'python3') return null
  const imported = pythonImport(state, pos)
  if (imported === 'member') return null
  const isModule = around === 'module' || imported === 'module'
  const entries = completionsFor(sources).filter(
    ({ path, kind }) => path === place.path && (!isModule || kind === 'package'),
  )
  if (entries.length === 0) return null
  const options = entries.map((entry) => toCompletion(entry, place))
  return { from: pos - place.typed.length, options, validFor: place.form === 'key' ? /^[^"'\n]*$/ : /^[\w$]*$/ }
}
