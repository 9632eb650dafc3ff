import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { failureMark, markedLine, setFailure } from './failure-mark.ts'

const code = 'def main():\n    return 1/0\n'
const failure = { line: 2, text: 'return 1/0', message: 'division by zero' }
const failed = () => {
  const state = EditorState.create({ doc: code, extensions: failureMark })
  return state.update({ effects: setFailure.of(failure) }).state
}
const markedLines = (state: EditorState): number[] => {
  const lines: number[] = []
  state.field(failureMark).between(0, state.doc.length, (from) => void lines.push(state.doc.lineAt(from).number))
  return [...new Set(lines)]
}

test('the failed line is marked, follows edits elsewhere, and loses its mark when it is edited', () => {
  const state = failed()
  expect(markedLines(state)).toEqual([2])
  const below = state.update({ changes: { from: 0, insert: '# first\n' } }).state
  expect(markedLines(below)).toEqual([3])
  const edited = below.update({
    changes: { from: below.doc.line(3).to - 1, to: below.doc.line(3).to, insert: '1' },
  }).state
  expect(markedLines(edited)).toEqual([])
})

test('a line that does not exist and no failure mark nothing', () => {
  const state = failed()
  expect(markedLines(state.update({ effects: setFailure.of({ line: 9, text: null, message: 'x' }) }).state)).toEqual([])
  expect(markedLines(state.update({ effects: setFailure.of(null) }).state)).toEqual([])
})

test.each([
  ['lines came before it', '# one\n# two\ndef main():\n    return 1/0\n', [4]],
  ['its margin changed', 'def main():\n  return 1/0\n', [2]],
  ['it was edited', 'def main():\n    return 1/1\n', []],
  ['it is gone', 'def main():\n    pass\n', []],
  ['it may be one of two', 'def main():\n    x = 1\n    return 1/0\n    return 1/0\n', []],
])('code that was edited while it ran is marked where the line is now: %s', (_, doc, marked) => {
  const state = EditorState.create({ doc, extensions: failureMark })
  expect(markedLines(state.update({ effects: setFailure.of(failure) }).state)).toEqual(marked)
})

test('where it is not known what stood there, the number counts', () => {
  const marked = failed().update({ effects: setFailure.of({ line: 1, text: null, message: 'x' }) }).state
  expect([markedLines(marked), markedLine(marked)]).toEqual([[1], 1])
  expect(markedLine(marked.update({ effects: setFailure.of(null) }).state)).toBe(null)
})
