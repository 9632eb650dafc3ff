import { useEffect } from 'react'
import { copyNodes, pasteNodes } from '../graph/clipboard.ts'
import { removeEdges } from '../graph/connect.ts'
import { labels } from '../labels/editor.ts'
import { currentDocument, edit, redo, select, showNotice, undo, useEditor } from '../store/editor-store.ts'
import { isField } from '../ui/is-field.ts'
import { importText } from './import-workflow.ts'
import { duplicateNodes, removeNodes } from './node-actions.ts'

/** Keys and the clipboard for the whole editor. In a field they do what they do in fields. */
export function useEditorKeys({ onRun }: { onRun: () => void }): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isCommand = event.ctrlKey || event.metaKey
      if (event.defaultPrevented || document.querySelector('dialog[open]')) return
      if (isCommand && event.key === 'Enter' && !isInPanel(event.target)) {
        event.preventDefault()
        onRun()
        return
      }
      const action = isCommand ? commands[event.key.toLowerCase()] : keys[event.key]
      if (!action || (isCommand ? isText(event.target) : isField(event.target) || isInPanel(event.target))) return
      event.preventDefault()
      action(event)
    }
    document.addEventListener('keydown', onKeyDown)
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCut)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('keydown', onKeyDown)
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCut)
      document.removeEventListener('paste', onPaste)
    }
  }, [onRun])
}

const commands: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  z: (event) => (event.shiftKey ? redo() : undo()),
  y: () => redo(),
  d: () => duplicateNodes(useEditor.getState().selected),
}

const keys: Readonly<Record<string, () => void>> = { Delete: removeSelected, Backspace: removeSelected }

function removeSelected(): void {
  const { selected, selectedEdges } = useEditor.getState()
  if (selectedEdges.length > 0) edit((it) => removeEdges(it, selectedEdges))
  if (selected.length > 0) removeNodes(selected)
  select([])
}

function onCopy(event: ClipboardEvent): void {
  const { selected } = useEditor.getState()
  if (isField(event.target) || selected.length === 0 || !window.getSelection()?.isCollapsed) return
  event.clipboardData?.setData('text/plain', copyNodes(currentDocument(), selected))
  event.preventDefault()
  showNotice(labels.notices.copied(selected.length))
}

function onCut(event: ClipboardEvent): void {
  onCopy(event)
  if (event.defaultPrevented) removeSelected()
}

function onPaste(event: ClipboardEvent): void {
  if (isField(event.target) || document.querySelector('dialog[open]')) return
  const text = event.clipboardData?.getData('text/plain') ?? ''
  if (text.trim() === '') return
  event.preventDefault()
  if (!text.includes('"codenode-nodes"')) {
    importText(text)
    return
  }
  const pasted = pasteNodes(currentDocument(), text, placeToPaste())
  if ('reason' in pasted) {
    showNotice(pasted.reason)
    return
  }
  edit(() => pasted.document)
  select(pasted.ids)
  showNotice(labels.notices.pasted(pasted.ids.length))
}

/** Beside what is selected, so that the copy is seen. */
function placeToPaste(): { x: number; y: number } {
  const { selected } = useEditor.getState()
  const node = currentDocument().workflow.graph.nodes.find(({ id }) => id === selected[0])
  return node ? { x: node.position.x + 40, y: node.position.y + 60 } : { x: 120, y: 120 }
}

/** Where text is written, which has an undo of its own. Lists, sliders and switches have none. */
function isText(target: EventTarget | null): boolean {
  const texts = 'textarea, input:not([type="radio"], [type="checkbox"], [type="range"]), [contenteditable="true"]'
  return target instanceof HTMLElement && target.closest(texts) !== null
}

/** There Ctrl+Enter runs the node alone, and Delete is not about the node. */
function isInPanel(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('aside') !== null
}
