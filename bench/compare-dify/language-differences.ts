import type { Row } from './differences.ts'
import {
  declaredType,
  failOtherwise,
  haveOtherOutputs,
  isNamed,
  isOnlyRefusedByDify,
  isOnlyRefusedHere,
  onlyDifyFails,
  onlyOursFails,
  sourceOf,
  withoutNonNumbers,
} from './recognise.ts'

const scientificText = /["'`]-?\d+\.?\d*e[+-]\d+["'`]/i

/** What differs in a Code node by itself. */
export const languageDifferences: readonly Row[] = [
  {
    what: 'A text that looks like a number in scientific form (`"1e-5"`)',
    dify: 'becomes a float, wherever it stands: the output of a string fails, that of a number passes',
    codenode: 'stays text',
    why: 'An order number must not become another value by its looks',
    topics: ['numbers', 'values'],
    shows: (it) => scientificText.test(sourceOf(it)) || it.ours.outputs.includes('"shown":"1e+18"'),
  },
  {
    what: 'Another value for an output of type boolean (`1`, `"true"`, `[]`)',
    dify: 'passes as it is',
    codenode: 'is refused (`OutputValidationError`)',
    why: 'A later node that compares with `true` would go wrong without a word',
    topics: ['types', 'numbers', 'random'],
    shows: (it) => declaredType(it) === 'boolean' && onlyOursFails(it, 'OutputValidationError'),
  },
  {
    what: 'Lists of more than 30 texts or objects, or of more than 1000 numbers',
    dify: 'fail',
    codenode: 'pass; `CODE_MAX_STRING_ARRAY_LENGTH` and its like set limits',
    why: 'It is one of the most frequent complaints about Dify',
    topics: ['lengths'],
    shows: (it) => onlyDifyFails(it, 'OutputValidationError'),
  },
  {
    what: 'A BigInt of JavaScript in the result',
    dify: 'fails: Node.js cannot write it as JSON',
    codenode: 'is a number with all its digits',
    why: 'Long ids survive',
    topics: ['limits'],
    shows: (it) => /\d{16}n\b/.test(sourceOf(it)) && onlyDifyFails(it, 'CodeExecutionError'),
  },
  {
    what: 'Limits of numbers within `array[number]`',
    dify: 'are not checked',
    codenode: 'hold',
    why: 'A limit holds everywhere',
    topics: ['limits'],
    shows: (it) => declaredType(it) === 'array[number]' && onlyOursFails(it, 'OutputValidationError'),
  },
  {
    what: 'NaN and infinite numbers of Python',
    dify: 'are passed on as they are, or fail as out of range',
    codenode: 'become null, with a warning that names the places',
    why: 'JSON has no form for them, so the next node or the caller would fail',
    topics: ['conversions', 'values'],
    shows: ({ dify, ours, ...it }) =>
      /float\(\\?"(nan|inf)/.test(sourceOf({ dify, ours, ...it })) &&
      (withoutNonNumbers(dify.outputs) === ours.outputs || dify.errorType === 'OutputValidationError'),
  },
  {
    what: 'Null within `array[number]`',
    dify: 'fails, while it passes in the other lists',
    codenode: 'passes',
    why: 'Tables have gaps',
    topics: ['types', 'numbers', 'random', 'conversions'],
    shows: (it) =>
      declaredType(it) === 'array[number]' &&
      onlyDifyFails(it, 'OutputValidationError') &&
      /null/.test(it.ours.outputs),
  },
  {
    what: 'Keys that are not declared, without an error strategy',
    dify: 'fail the node (`CodeNodeError`)',
    codenode: 'are dropped, with a warning',
    why: 'Nothing is wrong with the outputs that are read. With an error strategy the node fails as in Dify',
    topics: ['failures', 'results', 'strategies'],
    shows: (it) => onlyDifyFails(it, 'CodeNodeError') || isNamed(it, 'none, the node returns more'),
  },
  {
    what: 'Lists of mixed values, and lists in lists, within objects',
    dify: 'fail, the latter as `WorkflowNodeError`',
    codenode: 'pass, if they are not too deep',
    why: 'They are ordinary JSON',
    topics: ['results', 'random', 'limits'],
    shows: (it) =>
      /object/.test(declaredType(it)) &&
      (onlyDifyFails(it, 'OutputValidationError', 'WorkflowNodeError') ||
        failOtherwise(it, 'WorkflowNodeError', 'DepthLimitError')),
  },
  {
    what: 'Values of the language that JSON has no form for: sets, dates, `Decimal`, UUIDs, numpy, dataclasses; `BigInt`',
    dify: 'fail (`CodeExecutionError`)',
    codenode: 'are converted where the meaning is plain',
    why: 'Every node would have to convert them itself',
    topics: ['conversions'],
    shows: (it) => onlyDifyFails(it, 'CodeExecutionError'),
  },
  {
    what: 'JavaScript: `Map`, `Set`, typed arrays, `Error`, getters',
    dify: 'are `{}` or an object with numbers as keys',
    codenode: 'keep their contents: an object, a list, `{name, message}`',
    why: 'Empty objects hide that something was lost',
    topics: ['conversions'],
    shows: (it) =>
      isNamed(it, 'new Map', 'new Set', 'new Uint8Array', 'new Error', 'constructor()') &&
      (haveOtherOutputs(it) || onlyDifyFails(it, 'OutputValidationError')),
  },
  {
    what: 'A result that is no object, or a value in it that cannot be JSON (a function, a symbol, bytes, a cycle)',
    dify: 'fails as `CodeExecutionError`',
    codenode: 'fails as `OutputValidationError`, with the place and the type',
    why: 'The code ran; it is the result that is wrong',
    topics: ['conversions', 'failures'],
    shows: (it) => failOtherwise(it, 'CodeExecutionError', 'OutputValidationError'),
  },
  {
    what: 'JavaScript: `RegExp` and `Buffer` in a result',
    dify: 'are `{}`, or an object with the bytes as a list',
    codenode: 'are refused, with what to write',
    why: 'Their contents would be lost or unreadable',
    topics: ['conversions'],
    shows: (it) => isNamed(it, 'Buffer.from', '/x/') && onlyOursFails(it, 'OutputValidationError'),
  },
  {
    what: 'NUL characters in texts',
    dify: 'are taken out of declared texts',
    codenode: 'are kept',
    why: 'A text arrives as it was returned',
    topics: ['conversions', 'values'],
    shows: (it) => /\\+x00|\\+u0000/.test(sourceOf(it)) && haveOtherOutputs(it),
  },
  {
    what: 'An `async` main, an indented program, a printed `<<RESULT>>`, a JavaScript variable called `result`, Python parameters by position only',
    dify: "fail: they do not fit the program that Dify writes around the node's code",
    codenode: 'work',
    why: 'Nothing is written around the code here',
    topics: ['failures', 'inputs'],
    shows: (it) =>
      isNamed(it, 'async main', 'indented', 'marks of a result', 'called result', 'only by position') &&
      onlyDifyFails(it, 'CodeExecutionError', 'OutputValidationError'),
  },
  {
    what: "Names of Dify's own wrapper (`inputs_obj`)",
    dify: 'can be read',
    codenode: 'do not exist',
    why: 'They are an accident',
    topics: ['failures'],
    shows: (it) => isNamed(it, "the wrapper's variable"),
  },
  {
    what: 'JavaScript: a plain parameter with the name of an input (`main(x)`)',
    dify: 'is an object with all inputs',
    codenode: "is that input's value; a parameter of another name is the object",
    why: "It is the form of Dify's own documentation, which does not work there",
    topics: ['inputs'],
    shows: (it) => isNamed(it, 'a plain parameter'),
  },
  {
    what: 'JavaScript: whole numbers beyond 2^53 in inputs',
    dify: 'are rounded',
    codenode: 'are `BigInt` and keep their digits; `bigIntegers: number` rounds them',
    why: 'They are identifiers, nearly always',
    topics: ['inputs', 'random'],
    shows: (it) =>
      it.case.name.startsWith('javascript') && /[1-9]\d{15,}/.test(it.case.inputsJson) && it.dify.status !== 'refused',
  },
  {
    what: 'Names of variables beyond letters, digits and `_`, or longer than 30',
    dify: 'are refused by its editor, not by its engine',
    codenode: 'are refused',
    why: 'They cannot be parameters of `main`',
    topics: ['settings'],
    shows: (it) => isNamed(it, 'an output called', 'an input called') && isOnlyRefusedHere(it),
  },
  {
    what: 'A node without code',
    dify: 'fails when it runs',
    codenode: 'is refused before anything runs',
    why: 'Nothing can come of it',
    topics: ['settings'],
    shows: (it) => isNamed(it, 'empty code') && isOnlyRefusedHere(it),
  },
  {
    what: '`error_strategy: none` as text',
    dify: 'is refused',
    codenode: 'is no strategy',
    why: 'Documents written by hand have it',
    topics: ['settings'],
    shows: (it) => isNamed(it, 'called none') && isOnlyRefusedByDify(it),
  },
  {
    what: 'Retries beyond 10, or pauses beyond 5 s, that are on',
    dify: 'run, though its editor does not allow them',
    codenode: 'are refused',
    why: 'They would hold a place in the service for long',
    topics: ['settings'],
    shows: (it) => isNamed(it, 'beyond the range, on') && isOnlyRefusedHere(it),
  },
  {
    what: 'Default values of type boolean and array[boolean]',
    dify: 'are refused',
    codenode: 'work',
    why: 'Outputs have these types',
    topics: ['defaults'],
    shows: (it) => declaredType(it).includes('boolean') && isOnlyRefusedByDify(it),
  },
  {
    what: 'Null as a default value',
    dify: 'is refused',
    codenode: 'works',
    why: 'Outputs may be null',
    topics: ['defaults'],
    shows: (it) => isNamed(it, 'by null') && isOnlyRefusedByDify(it),
  },
  {
    what: 'Default values of type number: `"1"`, and `true`',
    dify: 'become `1.0`, and stay `true`',
    codenode: 'become `1`',
    why: 'They are what the code could have returned',
    topics: ['defaults'],
    shows: (it) => declaredType(it) === 'number' && isNamed(it, 'by "1"', 'by true') && haveOtherOutputs(it),
  },
  {
    what: 'A default value for no output',
    dify: 'is added to the outputs',
    codenode: 'is passed over, with a warning',
    why: 'Outputs are those that are declared',
    topics: ['defaults'],
    shows: (it) => isNamed(it, 'a row for no output') && haveOtherOutputs(it),
  },
  {
    what: 'A default value that the output could not have (`"NaN"`, beyond 64 bits, of another type), or two for one output',
    dify: 'is passed on',
    codenode: 'is refused before anything runs',
    why: 'It would show only when something else has failed already',
    topics: ['defaults'],
    shows: isOnlyRefusedHere,
  },
]
