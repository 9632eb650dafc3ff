import type { Case } from '../case.ts'
import { type Language, program, returningCode } from './program.ts'

/** What the code sees of its inputs. */
export function inputCases(): Case[] {
  const values = [
    ...['7', '7.0', '1e3', '-0.0', '1.5', '9007199254740993', '1234567890123456789', 'true', 'null', '""'],
    ...['"text"', '"é😀\\u0000"', '[]', '[1, 2.5]', '[1.0, 2.0]', '["a"]', '[{"a": 1.0}]', '[1, "x", null]'],
    ...['{"a": 1, "b": {"c": [2.0]}}', '{"id": 1234567890123456789}', '{"1": "one"}', '[[1], [2]]'],
  ]
  return [
    ...values.map((json) => seeing(`sees ${json}`, 'python', 'repr(x)', 'x', json)),
    ...values
      .filter((_, at) => at % 2 === 1)
      .map((json) => seeing(`sees ${json}`, 'javascript', 'JSON.stringify(x)', '{ x }', json)),
    seeing('a type', 'python', 'str(x.is_integer())', 'x', '7.0'),
    seeing('an annotated parameter', 'python', 'x + "!"', 'x: str', '"a"'),
    seeing('keyword arguments', 'python', 'str(kwargs)', '**kwargs', '1'),
    seeing('a default', 'python', 'str((x, y))', 'x, y=3', '1'),
    seeing('a parameter only by position', 'python', 'str(x)', 'x, /', '1'),
    seeing('one object', 'javascript', 'JSON.stringify(inputs)', 'inputs', '1'),
    seeing('a plain parameter', 'javascript', 'typeof x', 'x', '"a"'),
    seeing('a destructured default', 'javascript', 'x + y', '{ x, y = 3 }', '1'),
    seeing('arguments', 'javascript', 'String(arguments.length)', '', '1'),
    seeing('arithmetic of a large integer', 'javascript', 'String(x + 1)', '{ x }', '9007199254740993'),
    seeing('an output as it came', 'python', 'x', 'x', '7.0', 'number'),
    seeing('an object as it came', 'python', 'x', 'x', '{"a": 1.0, "b": 9007199254740993}', 'object'),
    seeing('an object as it came', 'javascript', 'x', '{ x }', '{"a": 1.5, "b": 9007199254740993}', 'object'),
    seeing('an object with a float as it came', 'javascript', 'x', '{ x }', '{"a": 1.0}', 'object'),
    missing('python', 'x'),
    missing('javascript', '{ x }'),
    program('inputs', 'too few parameters', 'python', 'def main():\n    return {}\n', { inputs: { x: '1' } }),
    program('inputs', 'another parameter', 'python', 'def main(y):\n    return {}\n', { inputs: { x: '1' } }),
  ]
}

function seeing(
  name: string,
  language: Language,
  expression: string,
  parameters: string,
  json: string,
  type = 'string',
) {
  const code = returningCode(language, expression, parameters)
  return program('inputs', name, language, code, { inputs: { x: json }, outputs: { r: type } })
}

/** A declared input that nothing gives. */
function missing(language: Language, parameters: string): Case {
  const expression = language === 'python' ? 'str(x)' : 'String(x)'
  const given = program('inputs', 'a missing input', language, returningCode(language, expression, parameters), {
    inputs: { x: 'null' },
    outputs: { r: 'string' },
  })
  return { ...given, inputsJson: '{}' }
}
