import type { Case } from '../case.ts'
import { declare, program, returningCode } from './program.ts'

/** Settings that are unusual or wrong. */
export function settingCases(): Case[] {
  const settings = (name: string, more: object, code = returningCode('python', '1')) =>
    program('settings', name, 'python', code, { outputs: { r: 'number' }, ...more })
  const failing = 'def main():\n    raise ValueError("boom")\n'
  const output = (key: string) =>
    program('settings', `an output called ${key}`, 'python', `def main():\n    return {${JSON.stringify(key)}: 1}\n`, {
      outputs: { [key]: 'number' },
    })
  const input = (key: string) =>
    program('settings', `an input called ${key}`, 'python', 'def main(**inputs):\n    return {"r": str(inputs)}\n', {
      inputs: { [key]: '1' },
      outputs: { r: 'string' },
    })
  const retry = (max_retries: number, retry_interval: number, retry_enabled = true) => ({
    retry_config: { retry_enabled, max_retries, retry_interval },
  })
  return [
    ...['a-b', '结果', 'a'.repeat(31), '1a', 'a b', ''].map(output),
    ...['a-b', '结果', 'a'.repeat(31), '1a'].map(input),
    settings('unknown keys', { selected: true, dependencies: [] }),
    settings('no retry', retry(0, 0, false)),
    settings('retries of a failure', retry(2, 1), failing),
    settings('retries beyond the range, off', retry(11, 60_000, false)),
    settings('retries beyond the range, on', retry(11, 1)),
    settings('the fail branch of a failure', { error_strategy: 'fail-branch' }, failing),
    settings('the fail branch of a success', { error_strategy: 'fail-branch' }),
    settings('the fail branch of a wrong result', { error_strategy: 'fail-branch' }, returningCode('python', '"x"')),
    settings('an error strategy called none', { error_strategy: 'none' }),
    settings('an error strategy that is null', { error_strategy: null }),
    settings('an unknown error strategy', { error_strategy: 'retry' }),
    settings('an output of an unknown type', { outputs: { r: declare('integer') } }),
    settings('outputs with a file', { outputs: { r: declare('file') } }),
    settings('an unknown language', { code_language: 'ruby' }),
    settings('empty code', {}, ''),
    settings('no children', { outputs: { r: { type: 'number' } } }),
  ]
}
