import type { Completion } from '@codemirror/autocomplete'
import type { CompletionEntry } from '../diagnostics/completions.ts'
import type { CompletionPlace } from './completion-place.ts'

const types = { input: 'variable', member: 'property', package: 'namespace', function: 'function' }

/** An entry as the list of completions shows and takes it. */
export function toCompletion(
  { label, kind, detail, insert }: CompletionEntry,
  { form, quote }: CompletionPlace,
): Completion {
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
