import { autocompletion, type Completion, type CompletionSource } from '@codemirror/autocomplete'
import { EditorState, type Extension } from '@codemirror/state'
import { type CompletionEntry, type CompletionSources, completionsFor } from '../diagnostics/completions.ts'
import { type CompletionPlace, completionPlace } from './completion-place.ts'

/** A line can be as long as the code; nobody's path is. */
const farthest = 300

/** Completion of what is known about the node, beside what the language itself offers. */
export function completion(sources: () => CompletionSources): Extension {
  const complete: CompletionSource = ({ state, pos }) => {
    const before = state.sliceDoc(Math.max(state.doc.lineAt(pos).from, pos - farthest), pos)
    const place = completionPlace(before)
    if (!place) return null
    const { language, ...known } = sources()
    // A dictionary of Python has keys and no such attributes.
    if (place.form === 'member' && language === 'python3') return null
    const entries = completionsFor({ language, ...known }).filter(({ path }) => path === place.path)
    if (entries.length === 0) return null
    const options = entries.map((entry) => toCompletion(entry, place))
    return { from: pos - place.typed.length, options, validFor: place.form === 'key' ? /^[^"'\n]*$/ : /^[\w$]*$/ }
  }
  return [autocompletion(), EditorState.languageData.of(() => [{ autocomplete: complete }])]
}

function toCompletion({ label, kind, detail, insert }: CompletionEntry, { form, quote }: CompletionPlace): Completion {
  return {
    label,
    detail,
    type: types[kind],
    // Before what the language offers: inputs are what people come for.
    boost: kind === 'input' || kind === 'member' ? 2 : 1,
    ...(form === 'key' ? { apply: closeKey(label, quote) } : insert === undefined ? {} : { apply: insert }),
  }
}

/** The key with what ends it, as far as that does not stand there already. */
function closeKey(label: string, quote: string): Exclude<Completion['apply'], undefined> {
  return (view, _, from, to) => {
    const end = `${quote}]`
    const after = view.state.sliceDoc(to, to + end.length)
    const isClosed = after === end
    const past = isClosed ? to + end.length : after.startsWith(quote) ? to + 1 : to
    view.dispatch({
      changes: { from, to: past, insert: label + end },
      selection: { anchor: from + label.length + end.length },
    })
  }
}

const types = { input: 'variable', member: 'property', package: 'namespace', function: 'function' }
