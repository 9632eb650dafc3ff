import { describe, expect, test } from 'vitest'
import { newHistory, pushState } from '../graph/history.ts'
import { newDocument } from '../graph/new-document.ts'
import { keptTexts, readKept, stampOf, writeKept } from './kept.ts'
import { type OwnDraft, ownTexts, readOwn } from './own-draft.ts'

const document = newDocument('Kept', 1)
const own: OwnDraft = {
  tab: 't',
  base: 'a',
  isAhead: true,
  inputs: { city: 'Oslo' },
  runId: 'run_1',
  history: pushState(newHistory(document), newDocument('Other', 5), { atMs: 0 }),
}

describe('what a tab keeps for itself', () => {
  test('comes back; where there is less room, first without the steps, then without the inputs', () => {
    const [all, stepless, bare] = [...ownTexts(own)].map(readOwn)
    expect(all).toEqual(own)
    expect(stepless).toEqual({ ...own, history: newHistory(own.history.present) })
    expect(bare).toEqual({ ...own, inputs: {}, history: newHistory(own.history.present) })
  })

  test.each(['', '{', '[]', '{"own":{},"history":{}}', '{"history":null}'])('that is broken (%s) is none', (text) => {
    expect(readOwn(text)).toBe(null)
  })
})

describe('what all tabs share', () => {
  const kept = { stamp: 's1', document, inputs: { city: 'Oslo' }, runId: null }

  test('comes back, with its stamp at the front', () => {
    expect(readKept(writeKept(kept))).toEqual(kept)
    expect(stampOf(writeKept(kept))).toBe('s1')
    expect([...keptTexts(kept)].map(readKept)).toEqual([kept, { ...kept, inputs: {} }])
  })

  test('of an earlier version, without a stamp, is read', () => {
    const text = JSON.stringify({ document, inputs: {}, runId: 'run_1' })
    expect(readKept(text)).toEqual({ stamp: '', document, inputs: {}, runId: 'run_1' })
    expect([stampOf(text), stampOf(null)]).toEqual(['', null])
  })

  test.each(['', '{', '[]', '{"document":{}}'])('that is broken (%s) is told from nothing', (text) => {
    expect(readKept(text)).toBe(null)
    expect(stampOf(text)).toBe('')
  })
})
