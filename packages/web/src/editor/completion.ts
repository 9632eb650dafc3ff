import { autocompletion, type CompletionSource } from '@codemirror/autocomplete'
import { EditorState, type Extension } from '@codemirror/state'
import { type CompletionSources, completionsFor } from '../diagnostics/completions.ts'
import { completeMembers } from './complete-members.ts'
import { toCompletion } from './completion-entry.ts'
import { completionPlace } from './completion-place.ts'
import type { MemberSource } from './member-source.ts'
import { textAround } from './text-around.ts'

/** A line can be as long as the code; nobody's path is. */
const farthest = 300

export type KnownForCompletion = CompletionSources & { readonly members: MemberSource }

/** Completion of what is known about the node and of what modules have, beside what the language itself offers. */
export function completion(known: () => KnownForCompletion): Extension {
  const complete: CompletionSource = (context) => {
    const { state, pos } = context
    const around = textAround(state, pos)
    if (around === 'comment') return null
    return (around === 'code' ? completeMembers(context, known()) : null) ?? completeKnown(state, pos, around, known())
  }
  return [autocompletion(), EditorState.languageData.of(() => [{ autocomplete: complete }])]
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
  const entries = completionsFor(sources).filter(
    ({ path, kind }) => path === place.path && (around !== 'module' || kind === 'package'),
  )
  if (entries.length === 0) return null
  const options = entries.map((entry) => toCompletion(entry, place))
  return { from: pos - place.typed.length, options, validFor: place.form === 'key' ? /^[^"'\n]*$/ : /^[\w$]*$/ }
}
