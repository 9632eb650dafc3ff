import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Every colour of code reaches 4.5 : 1 on the editor's ground, in both themes. */
const colours = {
  keyword: 'light-dark(#8b1f8f, #d9a0f0)',
  text: 'light-dark(#1a6a2e, #93d69f)',
  number: 'light-dark(#9a4500, #f2b67c)',
  name: 'light-dark(#0b5394, #8ec5ff)',
  type: 'light-dark(#1c6470, #7fd3df)',
  comment: 'light-dark(#5d6675, #9aa4b2)',
}

const highlight = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier], color: colours.keyword },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: colours.text },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: colours.number },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: colours.name },
  { tag: [tags.propertyName], color: colours.name },
  { tag: [tags.typeName, tags.className, tags.namespace], color: colours.type },
  { tag: [tags.comment, tags.meta], color: colours.comment, fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--bad)' },
])

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--surface)', fontSize: '13px', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-content': { caretColor: 'var(--text)', padding: '8px 0' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-soft)', border: 'none' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--sunken) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--sunken)', color: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection': {
    backgroundColor: 'light-dark(#c9d5ff, #36457f) !important',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--accent-soft)', outline: '1px solid var(--accent)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius-small)',
    boxShadow: 'var(--shadow)',
    maxWidth: 'min(480px, calc(100vw - 24px))',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--text)' },
  '.cm-completionInfo': {
    padding: '6px 10px',
    fontFamily: 'var(--font)',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  '.cm-completionDetail': { color: 'var(--text-soft)', fontStyle: 'normal' },
  '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--font)', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--bad)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--warn)' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--accent-ground)',
    color: 'var(--on-accent)',
    font: '12px var(--font)',
    padding: '3px 8px',
    borderRadius: 'var(--radius-small)',
  },
  '.cm-panels': { backgroundColor: 'var(--sunken)', color: 'var(--text)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--accent-soft)' },
  '.cm-failed-line': { backgroundColor: 'var(--bad-soft)' },
  // A margin would not be measured, and the numbers of the lines below would stand too high.
  '.cm-failure': { padding: '0 8px 4px 4px' },
  '.cm-failure > div': {
    padding: '2px 8px',
    borderLeft: '3px solid var(--bad)',
    backgroundColor: 'var(--bad-soft)',
    color: 'var(--bad)',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  '.cm-gutter-lint': { width: '16px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 2px' },
  '.cm-lint-marker': { width: '12px', height: '12px', marginTop: '4px' },
})

/** Colours and sizes of an editor, from the variables of the theme: light and dark need no new editor. */
export const editorTheme: Extension = [look, syntaxHighlighting(highlight)]
