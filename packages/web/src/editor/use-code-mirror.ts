import { Annotation, EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { smallestChange } from './smallest-change.ts'
import { useLatest } from './use-latest.ts'

/** Marks a change that came from outside, so that it is not told back. */
const fromOutside = Annotation.define<boolean>()

type Options = {
  value: string
  onChange: (value: string) => void
  /** A new list makes a new editor, with the same text. */
  extensions: Extension
}

/** An editor in an element. The text may be changed from both sides. */
export function useCodeMirror({ value, onChange, extensions }: Options): {
  parent: RefObject<HTMLDivElement | null>
  view: RefObject<EditorView | null>
} {
  const parent = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const latest = useLatest({ value, onChange })

  useLayoutEffect(() => {
    if (!parent.current) return
    const tellChanges = EditorView.updateListener.of((update) => {
      const isOurs = update.transactions.some((one) => one.annotation(fromOutside))
      if (update.docChanged && !isOurs) latest.current.onChange(update.state.doc.toString())
    })
    const state = EditorState.create({ doc: latest.current.value, extensions: [extensions, tellChanges] })
    const made = new EditorView({ state, parent: parent.current })
    view.current = made
    return () => {
      made.destroy()
      view.current = null
    }
  }, [extensions, latest])

  useEffect(() => {
    const change = view.current && smallestChange(view.current.state.doc.toString(), value)
    if (change) view.current?.dispatch({ changes: change, annotations: fromOutside.of(true) })
  }, [value])
  return { parent, view }
}
