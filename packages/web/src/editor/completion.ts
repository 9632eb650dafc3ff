import { autocompletion, type Completion, type CompletionSource } from '@codemirror/autocomplete'
import { EditorState, type Extension } from '@codemirror/state'
import { type CompletionEntry, type CompletionSources, completionsFor } from '../diagnostics/completions.ts'

/** Completion of what is known about the node, beside what the language itself offers. */
export function completion(sources: () => CompletionSources): Extension {
  const complete: CompletionSource = (context) => {
    const typed = context.matchBefore(/[\w$.]*/)
    if (!typed || (typed.from === typed.to && !context.explicit)) return null
    const dot = typed.text.lastIndexOf('.')
    const path = dot < 0 ? '' : typed.text.slice(0, dot)
    const entries = completionsFor(sources()).filter((entry) => entry.path === path)
    if (entries.length === 0) return null
    return { from: typed.from + dot + 1, options: entries.map(toCompletion), validFor: /^[\w$]*$/ }
  }
  return [autocompletion(), EditorState.languageData.of(() => [{ autocomplete: complete }])]
}

function toCompletion({ label, kind, detail }: CompletionEntry): Completion {
  // Before what the language offers: inputs are what people come for.
  return { label, detail, type: types[kind], boost: kind === 'input' || kind === 'member' ? 2 : 1 }
}

const types = { input: 'variable', member: 'property', package: 'namespace', function: 'function' }
