import { describe, expect, test } from 'vitest'
import { CodenodeError } from '../contract/error.ts'
import { defaultLimits } from '../contract/limits.ts'
import type { Sandbox } from '../contract/program.ts'
import { isLooser, parseRunLimits, warnNotRaised } from './allowed-limits.ts'

const plain: Sandbox = {
  isolation: { level: 'landlock+seccomp', layers: {} },
  run: () => Promise.reject(new Error('nothing runs here')),
  close: () => Promise.resolve(),
}
const strict = {
  ...plain,
  limits: { ...defaultLimits, wallMs: 500, cpuMs: 1000, minNumber: -10n, maxStringArrayLength: 5 },
}
const wide = { ...plain, limits: { ...defaultLimits, wallMs: 60_000, cpuMs: 120_000 } }

describe('the limits of a run', () => {
  test('are those of its sandbox', () => {
    expect(parseRunLimits({ sandbox: strict })).toBe(strict.limits)
    expect(parseRunLimits({ sandbox: plain })).toEqual(defaultLimits)
  })

  test('lower those of the sandbox and never raise them', () => {
    const all = { ...defaultLimits, minNumber: -100n }
    expect(parseRunLimits({ sandbox: strict, limits: all })).toEqual(strict.limits)
    expect(
      parseRunLimits({ sandbox: strict, limits: { wallMs: 100, minNumber: -5n, maxStringArrayLength: 3 } }),
    ).toEqual({
      ...{ ...strict.limits, wallMs: 100, cpuMs: 200, minNumber: -5n, maxStringArrayLength: 3 },
    })
  })

  test("that are not named are the sandbox's, not the defaults", () => {
    expect(parseRunLimits({ sandbox: wide, limits: { memoryMb: 100 } })).toEqual({ ...wide.limits, memoryMb: 100 })
    expect(parseRunLimits({ sandbox: plain, limits: { wallMs: 1000 } })).toMatchObject({ wallMs: 1000, cpuMs: 2000 })
  })

  test('that ask for more than the sandbox allows are told', () => {
    const looser = { wallMs: 60_000, memoryMb: 100, minNumber: -100n, maxStringArrayLength: null }
    expect(warnNotRaised({ sandbox: strict, limits: looser }).map(({ message }) => message)).toEqual([
      'options.limits.wallMs is 60000; the sandbox allows 500, which was used.',
      'options.limits.minNumber is -100; the sandbox allows -10, which was used.',
    ])
    expect(warnNotRaised({ sandbox: strict, limits: strict.limits })).toEqual([])
    expect(warnNotRaised({ sandbox: strict })).toEqual([])
    // Such a sandbox leaves its limits to the caller.
    expect(warnNotRaised({ sandbox: plain, limits: looser })).toEqual([])
  })

  test.each([
    [{ sandbox: plain, limits: { wallMs: Number.NaN, nope: 1 } }, ['limits.nope', 'limits.wallMs']],
    [{ sandbox: plain, limits: null }, []],
    [{ sandbox: plain, limits: 'all' }, ['limits']],
    [{}, ['options.sandbox']],
    [undefined, ['options.sandbox']],
    [{ sandbox: {} }, ['options.sandbox']],
    [{ sandbox: 'python' }, ['options.sandbox']],
  ])('%j: what is wrong is told with its path', (means, paths) => {
    try {
      parseRunLimits(means as never)
      expect(paths).toEqual([])
    } catch (error) {
      if (!(error instanceof CodenodeError)) throw error
      expect(error.code).toBe('configuration_invalid')
      // instanceof cannot know the code, which decides the type of the details.
      expect((error.details as { issues: { path: string }[] }).issues.map(({ path }) => path)).toEqual(paths)
    }
  })
})

test.each([
  ['wallMs', 2, 1, true],
  ['wallMs', 1, 1, false],
  ['minNumber', -2n, -1n, true],
  ['minNumber', 2n, -1n, false],
  ['maxStringArrayLength', null, 5, true],
  ['maxStringArrayLength', 5, null, false],
  ['maxStringArrayLength', null, null, false],
] as const)('%s of %s is looser than %s: %s', (name, value, than, expected) => {
  expect(isLooser(name, value, than)).toBe(expected)
})
