import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete'

/**
 * What can go on from what is typed: it begins with the same letter, and is more than what stands there already. Other
 * letters may be left out.
 */
export function fits({ label }: Completion, typed: string): boolean {
  return typed === '' || (label !== typed && label.charAt(0).toLowerCase() === typed.charAt(0).toLowerCase())
}

/** A source that offers only what fits. `onWhole` is told a word that is typed in full and is among what could be offered. */
export function onlyFitting(source: CompletionSource, onWhole: (word: string) => void): CompletionSource {
  return async (context) => {
    const result = await source(context)
    return result && narrow(result, context, onWhole)
  }
}

function narrow(
  result: CompletionResult,
  { state, pos }: CompletionContext,
  onWhole: (word: string) => void,
): CompletionResult | null {
  const { from, options, validFor, ...rest } = result
  const typed = state.sliceDoc(from, pos)
  if (typed !== '' && options.some(({ label }) => label === typed)) onWhole(typed)
  const fitting = options.filter((option) => fits(option, typed))
  if (fitting.length === 0) return null
  // As `validFor` would keep the result while one types on, but chosen anew from all.
  const update: CompletionResult['update'] = (_, start, end, context) => {
    const text = context.state.sliceDoc(start, end)
    const isValid =
      typeof validFor === 'function'
        ? validFor(text, start, end, context.state)
        : validFor !== undefined && new RegExp(`^(?:${validFor.source})$`, validFor.flags).test(text)
    return isValid ? narrow({ ...result, from: start }, context, onWhole) : null
  }
  return { ...rest, from, options: fitting, update }
}
