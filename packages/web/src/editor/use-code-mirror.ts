import { Annotation, EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { recallEditor, rememberEditor } from './editor-memory.ts'
import { smallestChange } from './smallest-change.ts'
import { useLatest } from './use-latest.ts'

/** Marks a change that came from outside, so that it is not told back. */
const fromOutside = Annotation.define<boolean>()

type Options = {
  value: string
  onChange: (value: string) => void
  /** A new list makes a new editor, with the same text. */
  extensions: Extension
  /** Under which the steps of undo are kept when the editor is closed. Default: they are not. */
  memoryKey?: string
}

/** An editor in an element. The text may be changed from both sides. */
export function useCodeMirror({ value, onChange, extensions, memoryKey }: Options): {
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
    const all = [extensions, tellChanges]
    const known = memoryKey === undefined ? null : recallEditor(memoryKey, all)
    const { value: doc } = latest.current
    // Of a text that was changed elsewhere meanwhile, the steps would bring back what is not its own.
    const state = known?.doc.toString() === doc ? known : EditorState.create({ doc, extensions: all })
    const made = new EditorView({ state, parent: parent.current })
    view.current = made
    return () => {
      if (memoryKey !== undefined) rememberEditor(memoryKey, made.state)
      made.destroy()
      view.current = null
    }
  }, [extensions, latest, memoryKey])

  useEffect(() => {
    if (view.current) takeOver(view.current, value)
  }, [value])
  return { parent, view }
}

function takeOver(view: EditorView, value: string): void {
  const change = smallestChange(view.state.doc.toString(), value)
  if (change) view.dispatch({ changes: change, annotations: fromOutside.of(true) })
}
