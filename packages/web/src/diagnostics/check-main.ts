import { describeFailure } from 'codenode/contract'
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
  return found.map((it) => ({ ...it, fix: { label: 'Make the parameters match the inputs', changes: [change] } }))
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
      .map((it) => withoutInput(it, 'error', 'The call of main would fail.')),
    ...(takesAll ? [] : inputs.filter((input) => !taken.has(input))).map(
      (input): Diagnostic => ({
        ...name,
        severity: 'error',
        message: `The input ${quoted(input)} has no parameter. The call of main would fail.`,
      }),
    ),
  ]
}

/** JavaScript gives by name what is called like an input; otherwise the first parameter gets all inputs as one object. */
function checkScript({ name, parameters, takesObject }: Main, inputs: readonly string[]): Diagnostic[] {
  const [first] = parameters
  const byName = parameters.some((it) => it.kind === 'plain' && inputs.includes(it.name))
  if (byName) {
    const plain = parameters.filter(({ kind }) => kind === 'plain')
    const others = plain.filter((it) => !it.hasDefault && !inputs.includes(it.name))
    const hasMore = plain.length < parameters.length
    return [
      ...others.map((it) => withoutInput(it, 'warning', 'It is undefined.')),
      ...(hasMore
        ? []
        : unused(
            name,
            inputs.filter((input) => !plain.some((it) => it.name === input)),
          )),
    ]
  }
  if (!first) return unused(name, inputs)
  if (first.kind === 'destructured' && first.pattern) {
    const { properties } = first
    const others = properties.filter((it) => !it.isRest && !it.hasDefault && !inputs.includes(it.name))
    const takesAll = properties.some(({ isRest }) => isRest)
    return [
      ...others.map((it) => withoutInput(it, 'warning', 'It is undefined.')),
      ...(takesAll
        ? []
        : unused(
            name,
            inputs.filter((input) => !properties.some((it) => it.name === input)),
          )),
    ]
  }
  // `main(a, b)`: only by names that are inputs do values get there. A sole one, or one that is used as an object, gets all.
  if (first.kind !== 'plain' || parameters.length === 1 || takesObject) return []
  return parameters
    .filter((it) => it.kind === 'plain' && !it.hasDefault)
    .map((it) => withoutInput(it, 'warning', 'No input goes there.'))
}

function withoutInput(
  { from, to, name }: Pick<Parameter, 'from' | 'to' | 'name'>,
  severity: Diagnostic['severity'],
  effect: string,
): Diagnostic {
  const message = `The parameter ${quoted(name)} is no input. ${effect}`
  return { from, to, severity, message, offer: { kind: 'add-input', name } }
}

function unused(name: Main['name'], inputs: readonly string[]): Diagnostic[] {
  return inputs.map((input) => ({
    ...name,
    severity: 'warning',
    message: `The input ${quoted(input)} has no parameter; main does not get it.`,
  }))
}

function quoted(name: string): string {
  return `"${name}"`
}
