import { describe, expect, test } from 'vitest'
import { CodenodeError } from './error.ts'
import { describeFailure, failureCodes, failures, isFailureCode } from './failures.ts'

describe('the failure catalogue', () => {
  test('only what cannot change is not retried', () => {
    expect(failureCodes.filter((code) => !failures[code].retry)).toEqual([
      'syntax_error',
      'main_missing',
      'signature_mismatch',
      'code_too_large',
      'inputs_too_large',
      'node_invalid',
      'workflow_invalid',
      'workflow_too_large',
      'template_failed',
      'comparison_impossible',
      'iterator_not_list',
      'stand_in_missing',
      'rerun_refused',
      'replay_refused',
      'inputs_invalid',
      'configuration_invalid',
      'tmp_unavailable',
      'cancelled',
      'sandbox_closed',
      // Answers of the service to a request that it does not run.
      'too_many_runs',
      'idempotency_conflict',
      'request_invalid',
      'request_too_large',
      'media_type_unsupported',
      'unauthorized',
      'forbidden',
      'rate_exceeded',
      'origin_refused',
      'user_refused',
      'run_not_found',
      'package_not_found',
      'not_found',
      'method_not_allowed',
    ])
  })

  test.each([
    ['code_threw', 'CodeExecutionError'],
    ['code_exited', 'CodeExecutionError'],
    ['wall_time_exceeded', 'CodeExecutionError'],
    ['operation_blocked', 'CodeExecutionError'],
    ['memory_exceeded', 'CodeExecutionError'],
    ['pool_full', 'CodeExecutionError'],
    ['output_missing', 'OutputValidationError'],
    ['result_not_object', 'OutputValidationError'],
    ['output_too_deep', 'DepthLimitError'],
    ['node_invalid', 'CodeNodeError'],
  ] as const)('%s has the error_type %s', (code, type) => {
    expect(failures[code].type).toBe(type)
  })

  test('messages say what happened, with the figures', () => {
    expect(describeFailure('wall_time_exceeded', { wallMs: 15_000 })).toBe('The code ran longer than 15000 ms.')
    expect(describeFailure('module_not_found', { module: 'nunpy', close: ['numpy'] })).toBe(
      'The package "nunpy" is not installed. Did you mean \'numpy\'?',
    )
    expect(describeFailure('operation_blocked', { operation: 'network', what: 'connect to example.com:443' })).toBe(
      'The sandbox blocked an attempt to connect to example.com:443.',
    )
    expect(describeFailure('signature_mismatch', { parameters: ['a'], inputs: [] })).toBe(
      'The parameters of main (a) do not fit the inputs (none).',
    )
  })

  test('a message names ten problems and counts the rest', () => {
    const issues = Array.from({ length: 12 }, (_, index) => ({ path: `p${index}`, message: 'is wrong.' }))
    const message = describeFailure('node_invalid', { issues })
    expect(message.split('\n')).toHaveLength(12)
    expect(message).toContain('\n- p9 is wrong.\n- and 2 more')
  })

  test('an error carries its code, details, status and cause', () => {
    const cause = new Error('bwrap: not found')
    const error = new CodenodeError('sandbox_unavailable', { missing: 'bubblewrap' }, { cause })
    expect(error).toMatchObject({
      name: 'CodenodeError',
      code: 'sandbox_unavailable',
      details: { missing: 'bubblewrap' },
      httpStatus: 503,
      message: 'The sandbox is not available: bubblewrap is missing.',
      cause,
    })
  })

  test('only codes of the catalogue are codes', () => {
    expect([isFailureCode('code_threw'), isFailureCode('toString'), isFailureCode(5)]).toEqual([true, false, false])
  })
})
