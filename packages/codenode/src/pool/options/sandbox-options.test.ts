import { expect, test } from 'vitest'
import { CodenodeError } from '../../contract/error.ts'
import { defaultLimits } from '../../contract/limits.ts'
import { parseSandboxOptions } from './sandbox-options.ts'

function issuesOf(options: unknown): string[] {
  try {
    parseSandboxOptions(options)
    return []
  } catch (error) {
    if (!(error instanceof CodenodeError) || error.code !== 'configuration_invalid') throw error
    // instanceof cannot know the code, which decides the type of the details.
    const { issues } = error.details as { issues: { path: string; message: string }[] }
    return issues.map(({ path, message }) => `${path} ${message}`)
  }
}

test('nothing given: every layer, both interpreters, the default limits', () => {
  expect(parseSandboxOptions({})).toMatchObject({
    isolation: 'namespaces+landlock+seccomp',
    runtimes: ['python', 'javascript'],
    limits: defaultLimits,
  })
})

test.each<[title: string, options: unknown, issues: string[]]>([
  [
    'an isolation level that there is not',
    { isolation: 'namespaces+landlock' },
    ['isolation is the string "namespaces+landlock"; it must be one of namespaces+landlock+seccomp, landlock+seccomp.'],
  ],
  ['no isolation', { isolation: 'none' }, [expect.stringContaining('isolation is the string "none"') as string]],
  ['a level that is no text', { isolation: null }, [expect.stringContaining('isolation is null') as string]],
  [
    'a language for a runtime',
    { runtimes: ['python', 'typescript'] },
    ['runtimes[1] is the string "typescript"; it must be one of python, javascript.'],
  ],
  ['one runtime that is no list', { runtimes: 'python' }, ['runtimes is the string "python"; it must be an array.']],
  ['spares below zero', { spares: -1 }, ['spares is the number -1; it must be at least 0.']],
  ['no run at once', { maxRunning: 0 }, ['maxRunning is the number 0; it must be at least 1.']],
  ['half a run', { maxRunning: 1.5 }, ['maxRunning is the number 1.5; it must be a whole number.']],
  ['a number as text', { maxWaiting: '5' }, ['maxWaiting is the string "5"; it must be a number.']],
  ['an empty folder', { dataDir: '' }, ['dataDir must not be empty.']],
  [
    'a limit that is not one',
    { limits: { wallMS: 5, timeout: 1 } },
    [
      'limits.wallMS is not a limit. Did you mean wallMs?',
      expect.stringMatching(/^limits\.timeout is not a limit; the limits are wallMs, cpuMs, /) as string,
    ],
  ],
  [
    'limits that are not possible',
    { limits: { wallMs: 0, memoryMb: Number.NaN } },
    [
      'limits.wallMs is the number 0; it must be a whole number from 1 to 3600000.',
      'limits.memoryMb is NaN; it must be a whole number from 16 to 1048576.',
    ],
  ],
  ['limits that are no object', { limits: 5 }, ['limits is the number 5; it must be an object of limits.']],
  ['a misspelt option', { limit: {} }, ['limit is not an option. Did you mean limits?']],
  ['a limit in the wrong place', { wallMs: 5 }, ['wallMs belongs under limits.']],
  ['a misspelt limit in the wrong place', { walMs: 5 }, ['walMs is not an option. Did you mean limits.wallMs?']],
  ['a misspelt option further down', { renewal: { runns: 5 } }, ['renewal.runns is not an option. Did you mean runs?']],
  [
    'something else',
    { timeout: 5 },
    [expect.stringMatching(/^timeout is not an option; there are runtimes, dataDir, .*, onWarning\.$/) as string],
  ],
  ['a warning to nobody', { onWarning: 'stderr' }, ['onWarning must be a function.']],
  ['no object', 'python', ['options is the string "python"; it must be an object.']],
  ['null', null, ['options is null; it must be an object.']],
  [
    'everything at once',
    { isolation: 'x', spares: 1001, limits: { wallMs: 'a' }, more: 1 },
    [
      expect.stringMatching(/^isolation/),
      expect.stringMatching(/^spares/),
      expect.stringMatching(/^more/),
      expect.stringMatching(/^limits.wallMs/),
    ] as string[],
  ],
])('%s is refused, with its path', (_, options, issues) => {
  expect(issuesOf(options)).toEqual(issues)
})

test('limits are completed: what is not named has its default, and the CPU time follows the wall time', () => {
  expect(parseSandboxOptions({ limits: { wallMs: 500 } }).limits).toEqual({
    ...defaultLimits,
    wallMs: 500,
    cpuMs: 1000,
  })
  expect(parseSandboxOptions({ limits: { wallMs: 500, cpuMs: 100 } }).limits).toMatchObject({ wallMs: 500, cpuMs: 100 })
  expect(parseSandboxOptions({ limits: undefined, spares: undefined }).limits).toEqual(defaultLimits)
})
