import { describe, expect, test } from 'vitest'
import { buildFailure } from '../contract/failure-values.ts'
import { failures } from '../contract/failures.ts'
import { decideOutcome } from './decide-outcome.ts'

const failure = buildFailure(
  'code_threw',
  { exception: 'ValueError' },
  { message: 'ValueError: no rows', traceback: 'Traceback:\n  main.py' },
)
const failed = { status: 'failed', failure } as const
const hint = failures.code_threw.advice
const described = {
  error_message: `ValueError: no rows\nTraceback:\n  main.py\nWhat to do: ${hint}`,
  error_type: 'CodeExecutionError',
}
const error = {
  code: 'code_threw',
  type: 'CodeExecutionError',
  blame: 'code',
  message: 'ValueError: no rows',
  details: { exception: 'ValueError' },
  traceback: failure.traceback,
  hint,
}

describe('decideOutcome', () => {
  test.each([undefined, null, 'none'] as const)('without an error strategy (%s) the node fails', (strategy) => {
    expect(decideOutcome({ error_strategy: strategy }, failed)).toEqual({
      status: 'failed',
      outputs: null,
      branch: null,
      error,
    })
  })

  test('default-value gives the defaults with error_message and error_type on the normal edge', () => {
    const node = {
      error_strategy: 'default-value' as const,
      default_value: [
        { key: 'n', type: 'number' as const, value: '5' },
        { key: 'error_type', type: 'string' as const, value: 'mine' },
      ],
    }
    expect(decideOutcome(node, failed)).toEqual({
      status: 'exception',
      outputs: { n: 5, ...described },
      branch: 'source',
      error,
    })
    expect(decideOutcome({ error_strategy: 'default-value' }, failed)).toMatchObject({ outputs: described })
  })

  test('fail-branch gives error_message and error_type on its own edge', () => {
    expect(decideOutcome({ error_strategy: 'fail-branch' }, failed)).toEqual({
      status: 'exception',
      outputs: described,
      branch: 'fail-branch',
      error,
    })
  })

  test('a failure of the platform goes through the strategy as well', () => {
    const lost = { status: 'failed', failure: buildFailure('sandbox_lost', {}) } as const
    expect(decideOutcome({ error_strategy: 'fail-branch' }, lost)).toMatchObject({
      status: 'exception',
      outputs: {
        error_message: `The sandbox process was lost during the run.\nWhat to do: ${failures.sandbox_lost.advice}`,
        error_type: 'CodeExecutionError',
      },
      error: { blame: 'platform' },
    })
  })

  test("a hint of the failure itself stands in place of the catalogue's", () => {
    const own = buildFailure('code_threw', {}, { message: 'KeyError: 1', hint: 'Use `.get(1)`.' })
    expect(decideOutcome({ error_strategy: 'fail-branch' }, { status: 'failed', failure: own })).toMatchObject({
      outputs: { error_message: 'KeyError: 1\nWhat to do: Use `.get(1)`.' },
      error: { hint: 'Use `.get(1)`.' },
    })
  })

  test('a success is never guessed from data: an output called error means nothing', () => {
    const outputs = { error: 'x', error_message: 'y' }
    expect(decideOutcome({ error_strategy: 'fail-branch' }, { status: 'succeeded', outputs })).toEqual({
      status: 'succeeded',
      outputs,
      branch: 'source',
      error: null,
    })
  })

  test('a cancelled run takes no branch, whatever the strategy', () => {
    const cancelled = { status: 'cancelled', failure: buildFailure('cancelled', {}) } as const
    expect(decideOutcome({ error_strategy: 'fail-branch' }, cancelled)).toMatchObject({
      status: 'cancelled',
      outputs: null,
      branch: null,
      error: { code: 'cancelled' },
    })
  })
})
