import { isolateHistory } from '@codemirror/commands'
import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { CodeLanguage } from 'codenode/contract'
import { changesBetween } from './changes-between.ts'
import { FormatError } from './formatter.ts'
import { loadFormatter } from './load-formatter.ts'
import { tidyIndentation } from './tidy-indentation.ts'

/** What became of a wish to format. `tidied`: the formatter could not be loaded, so only the indentation was put right. */
export type Formatted =
  | { name: 'formatted' | 'kept' | 'tidied' | 'overtaken' }
  | { name: 'refused'; line: number; reason: string }

/**
 * Formats the code of an editor in one step that can be undone. Code that is no program stays as it is.
 * `support`: what an editor knows of the language.
 */
export async function formatView(view: EditorView, language: CodeLanguage, support: Extension): Promise<Formatted> {
  const formatter = await loadFormatter(language).catch(() => null)
  const before = view.state.doc.toString()
  if (!formatter) {
    const kind = language === 'python3' ? 'python' : 'script'
    replace(view, before, tidyIndentation(before, support, kind))
    return { name: 'tidied' }
  }
  try {
    const after = await formatter(before)
    if (after === before) return { name: 'kept' }
    // Somebody typed on: that counts.
    if (view.state.doc.toString() !== before) return { name: 'overtaken' }
    replace(view, before, after)
    return { name: 'formatted' }
  } catch (error) {
    if (error instanceof FormatError) return { name: 'refused', line: error.line, reason: error.message }
    throw error
  }
}

function replace(view: EditorView, before: string, after: string): void {
  const changes = changesBetween(before, after)
  if (changes.length === 0) return
  view.dispatch({ changes, userEvent: 'format', annotations: isolateHistory.of('full') })
}
