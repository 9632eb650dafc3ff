import type { Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import type { CodeLanguage } from 'codenode/contract'
import { useCallback, useState } from 'react'
import { type Formatted, formatView } from './format-view.ts'

/** What became of a formatting, and the code that it left. */
export type FormattedCode = Formatted & { code: string }

/** Formats the code of an editor when it is asked to. */
export function useFormat(language: CodeLanguage, support: Extension) {
  const [isFormatting, setFormatting] = useState(false)
  const [formatted, setFormatted] = useState<FormattedCode | null>(null)
  const format = useCallback(
    async (view: EditorView) => {
      setFormatting(true)
      try {
        const ended = await formatView(view, language, support)
        setFormatted({ ...ended, code: view.state.doc.toString() })
      } finally {
        setFormatting(false)
      }
    },
    [language, support],
  )
  return { format, formatted, isFormatting }
}
