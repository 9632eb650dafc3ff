/** The parts of `npm run compare:dify` that need neither Dify's engine nor a sandbox. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parseExact, toCanonical } from '../../../bench/compare-dify/canonical-json.ts'
import type { Case, Outcome } from '../../../bench/compare-dify/case.ts'
import { makeCases } from '../../../bench/compare-dify/cases/all.ts'
import { compareOutcomes, describeDifference, explain, unseenRows } from '../../../bench/compare-dify/compare.ts'
import { differences } from '../../../bench/compare-dify/differences.ts'
import { withDifferences } from '../../../bench/compare-dify/differences-table.ts'

test('docs/dify.md has the list of differences; `npm run docs` writes it anew', async () => {
  const page = await readFile(new URL('../../../docs/dify.md', import.meta.url), 'utf8')
  expect(page).toBe(withDifferences(page))
})

describe('the cases', () => {
  test('are as many as promised, each with a name of its own', () => {
    const cases = makeCases(1)
    const names = cases.map(({ topic, name }) => `${topic}: ${name}`)
    expect(cases.filter(({ kind }) => kind === 'program').length).toBeGreaterThanOrEqual(250)
    expect(cases.filter(({ kind }) => kind === 'workflow').length).toBeGreaterThanOrEqual(80)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  test('are the same for the same seed, and others for another', () => {
    expect(makeCases(7)).toEqual(makeCases(7))
    expect(makeCases(8)).not.toEqual(makeCases(7))
  })

  test('have inputs that are JSON', () => {
    for (const { inputsJson } of makeCases(3)) expect(JSON.parse(inputsJson)).toBeTypeOf('object')
  })
})

test.each([
  ['{"b": 1, "a": [2.50, null]}', '{"a":[2.5,null],"b":1}'],
  ['[7, 7.0, 7e0, -0, -0.0]', '[7,7.0,7.0,0,-0.0]'],
  ['12345678901234567890', '12345678901234567890'],
  ['{"__proto__": 1, "é": "\\u0000"}', '{"__proto__":1,"é":"\\u0000"}'],
])('%s is compared as %s', (json, canonical) => {
  expect(toCanonical(parseExact(json))).toBe(canonical)
})

describe('a comparison', () => {
  const given = makeCases(1).find(({ topic }) => topic === 'lengths') as Case
  const outcome = (more: Partial<Outcome>): Outcome => ({
    ...{ status: 'succeeded', outputs: '{"r":1}', branch: '', errorType: '', nodes: {}, message: '' },
    ...more,
  })

  test('of outcomes that are alike but for their messages finds nothing', () => {
    expect(compareOutcomes(given, outcome({ message: 'no' }), outcome({ message: 'another' }))).toBeNull()
  })

  test.each([
    ['status', { status: 'failed' }],
    ['kind of a number', { outputs: '{"r":1.0}' }],
    ['type of error', { errorType: 'CodeNodeError' }],
    ['branch', { branch: 'fail-branch' }],
    ['node', { nodes: { c: { status: 'failed', outputs: '{}', branch: '', errorType: '' } } }],
  ])('finds another %s and says both in a line', (_, more) => {
    const difference = compareOutcomes(given, outcome({}), outcome(more))
    expect(difference).not.toBeNull()
    if (difference) expect(describeDifference(difference)).toMatch(/^lengths: .*: Dify .*; Codenode [^\n]*$/)
  })

  test('is explained by the row that expects it, and by none otherwise', () => {
    const tooLong = outcome({ status: 'failed', outputs: '{}', errorType: 'OutputValidationError' })
    const listed = compareOutcomes(given, tooLong, outcome({}))
    const unlisted = compareOutcomes(given, outcome({}), tooLong)
    if (!listed || !unlisted) throw new Error('no difference was found')
    expect(explain(listed).row?.what).toContain('Lists of more than 30')
    expect(explain(unlisted).row).toBeNull()
    expect(unseenRows([explain(listed)])).toHaveLength(differences.length - 1)
  })
})
