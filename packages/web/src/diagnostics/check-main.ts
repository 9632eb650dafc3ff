import { describeFailure } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import type { CodeToCheck, Diagnostic } from './diagnostic.ts'
import type { Main, Parameter, Program } from './program.ts'
import { changeOf } from './sync-signature.ts'

/** Whether there is a `main`, and whether it takes the node's inputs. */
export function checkMain(program: Program, { code, language, inputs }: CodeToCheck): Diagnostic[] {
  const { main, mayDefineMain } = program
  if (!main) return mayDefineMain ? [] : [missingMain(code)]
  if (!main.isAsWritten || mayDefineMain) return []
  const found = language === 'python3' ? checkPython(main, inputs) : checkScript(main, inputs)
  if (found.length === 0) return found
  const change = changeOf(
    code,
    language,
    main,
    inputs.map((name) => ({ name })),
  )
  if (!change) return found
  return found.map((it) => ({ ...it, fix: { label: labels.code.syncSignature, changes: [change] } }))
}

function missingMain(code: string): Diagnostic {
  const firstLine = code.search(/\S/) === -1 ? 0 : code.search(/\S/)
  const end = code.indexOf('\n', firstLine)
  return {
    from: firstLine,
    to: end === -1 ? code.length : end,
    severity: 'error',
    message: describeFailure('main_missing', {}),
  }
}

/** Python calls `main` with keyword arguments: whatever does not fit fails. */
function checkPython({ name, parameters }: Main, inputs: readonly string[]): Diagnostic[] {
  const taken = new Set(parameters.filter(({ kind }) => kind === 'plain').map((it) => it.name))
  const takesAll = parameters.some(({ kind }) => kind === 'keywords')
  return [
    ...parameters
      .filter((it) => it.kind === 'plain' && !it.hasDefault && !inputs.includes(it.name))
      .map((it) => withoutInput(it, 'error', 'would-fail')),
    ...(takesAll ? [] : inputs.filter((input) => !taken.has(input))).map(
      (input): Diagnostic => ({
        ...name,
        severity: 'error',
        message: labels.checks.wouldLack(input),
      }),
    ),
  ]
}

/**
 * JavaScript gives by name what is called like an input. A first parameter that is not gets all inputs as one object, any
 * further one gets nothing.
 */
function checkScript(main: Main, inputs: readonly string[]): Diagnostic[] {
  const [first, ...others] = main.parameters
  if (!first) return unused(main.name, inputs)
  const isByName = (it: Parameter): boolean => it.kind === 'plain' && inputs.includes(it.name)
  const named = new Set(main.parameters.filter(isByName).map((it) => it.name))
  const rest = inputs.filter((input) => !named.has(input))
  return [
    ...(isByName(first) ? unused(main.name, rest) : checkFirst(first, main, inputs, rest)),
    ...others
      .filter((it) => it.kind === 'plain' && !it.hasDefault && !named.has(it.name))
      .map((it) => withoutInput(it, 'warning', 'is-undefined')),
  ]
}

/** A first parameter that gets all inputs as one object; `rest`: those that no other parameter has. */
function checkFirst(
  first: Parameter,
  { name, parameters, takesObject }: Main,
  inputs: readonly string[],
  rest: readonly string[],
): Diagnostic[] {
  if (first.kind === 'plain') {
    const isMeant = parameters.length === 1 || takesObject
    return isMeant ? [] : [withoutInput(first, 'warning', 'gets-all')]
  }
  if (first.kind !== 'destructured' || !first.pattern) return []
  const { properties } = first
  const others = properties.filter((it) => !it.isRest && !it.hasDefault && !inputs.includes(it.name))
  const takesAll = properties.some(({ isRest }) => isRest)
  const left = rest.filter((input) => !properties.some((it) => it.name === input))
  return [...others.map((it) => withoutInput(it, 'warning', 'is-undefined')), ...(takesAll ? [] : unused(name, left))]
}

function withoutInput(
  { from, to, name }: Pick<Parameter, 'from' | 'to' | 'name'>,
  severity: Diagnostic['severity'],
  effect: 'would-fail' | 'is-undefined' | 'gets-all',
): Diagnostic {
  return { from, to, severity, message: labels.checks.notAnInput(name, effect), quickFix: { kind: 'add-input', name } }
}

function unused(name: Main['name'], inputs: readonly string[]): Diagnostic[] {
  return inputs.map((input) => ({
    ...name,
    severity: 'warning',
    message: labels.checks.lacks(input),
  }))
}
