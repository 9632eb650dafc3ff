import type { Case } from '../case.ts'
import { program, returningCode } from './program.ts'

/** Default values: their types, texts that are parsed, and what else stands in the list. */
export function defaultCases(): Case[] {
  const values: readonly [type: string, value: unknown][] = [
    ['string', 'a'],
    ['string', 5],
    ['string', null],
    ['number', 1],
    ['number', 1.5],
    ['number', '1'],
    ['number', '1.5'],
    ['number', '1e3'],
    ['number', 'x'],
    ['number', 'NaN'],
    ['number', '12345678901234567890'],
    ['number', ''],
    ['number', null],
    ['number', true],
    ['boolean', true],
    ['boolean', 'true'],
    ['boolean', 'x'],
    ['object', { a: 1 }],
    ['object', '{"a": 1}'],
    ['object', '[1]'],
    ['object', 'x'],
    ['array[string]', ['a']],
    ['array[string]', '["a"]'],
    ['array[string]', [1]],
    ['array[string]', []],
    ['array[number]', [1, 2.5]],
    ['array[number]', '[1, 2.0]'],
    ['array[number]', ['1']],
    ['array[object]', [{ a: 1 }]],
    ['array[object]', '[{"a": 1}]'],
    ['array[object]', [1]],
    ['array[boolean]', [true]],
    ['array[boolean]', '[true]'],
  ]
  const failing = 'def main():\n    raise ValueError("boom")\n'
  const defaults = (name: string, outputs: Record<string, string>, rows: object[], code = failing) =>
    program('defaults', name, 'python', code, { outputs, error_strategy: 'default-value', default_value: rows })
  return [
    ...values.map(([type, value]) =>
      defaults(`${type} by ${JSON.stringify(value)}`, { r: type }, [{ key: 'r', type, value }]),
    ),
    defaults('no default', { r: 'number' }, []),
    defaults('one of two', { r: 'number', s: 'string' }, [{ key: 'r', type: 'number', value: 1 }]),
    defaults('a row for no output', { r: 'number' }, [{ key: 'zz', type: 'number', value: 1 }]),
    defaults('a row of another type', { r: 'number' }, [{ key: 'r', type: 'string', value: 'a' }]),
    defaults(
      'two rows for one output',
      { r: 'number' },
      [1, 2].map((value) => ({ key: 'r', type: 'number', value })),
    ),
    defaults(
      'a result that is wrong',
      { r: 'number' },
      [{ key: 'r', type: 'number', value: 1 }],
      returningCode('python', '"x"'),
    ),
    defaults('a success', { r: 'number' }, [{ key: 'r', type: 'number', value: 1 }], returningCode('python', '5')),
  ]
}
