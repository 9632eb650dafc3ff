import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap } from '@codemirror/view'
import { editorTheme } from './theme.ts'

/** Attributes of the element that is edited, asked for at each update. */
export type Attributes = () => Record<string, string>

/** What every editor here can do. Where Tab indents, after Escape the next Tab leaves, as CodeMirror has it. */
export function basics(attributes: Attributes, tab: 'indents' | 'leaves'): Extension {
  return [
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of(attributes),
    // Tab leads to text that can be edited in any case; what checks pages looks for the attribute.
    EditorView.contentAttributes.of({ tabindex: '0' }),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...(tab === 'indents' ? [indentWithTab] : []),
    ]),
    editorTheme,
  ]
}
