import { EditorState } from '@codemirror/state'
import { expect, test } from 'vitest'
import { failureMark, setFailure } from './failure-mark.ts'

const code = 'def main():\n    return 1/0\n'
const failed = () => {
  const state = EditorState.create({ doc: code, extensions: failureMark })
  return state.update({ effects: setFailure.of({ line: 2, message: 'division by zero' }) }).state
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
  expect(markedLines(state.update({ effects: setFailure.of({ line: 9, message: 'x' }) }).state)).toEqual([])
  expect(markedLines(state.update({ effects: setFailure.of(null) }).state)).toEqual([])
})
