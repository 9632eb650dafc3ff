import { CodenodeError } from '../contract/error.ts'
import type { Issue } from '../contract/failures.ts'
import { formatPath, type PathStep } from '../contract/paths.ts'
import { describeValue, isObject } from '../contract/values.ts'

/** Deeper values cannot be read by every language (Python stops at about 1000). */
const maxLevels = 500

const maxIssues = 100

/**
 * Finds what JSON cannot express in a value that a caller made: functions, dates, NaN, cycles, by path.
 * bigint is allowed; a member that is undefined vanishes, as everywhere in JavaScript.
 */
export function checkJson(value: unknown, path: readonly [root: string, ...rest: PathStep[]]): Issue[] {
  const issues: Issue[] = []
  const [root, ...trail] = path
  const open = new Set<object>()

  const report = (message: string): void => {
    if (issues.length < maxIssues) issues.push({ path: formatPath(root, trail), message })
  }
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) {
      const problem = problemOfScalar(value)
      if (problem) report(problem)
      return
    }
    const problem = problemOfContainer(value, open)
    if (problem) {
      report(problem)
      return
    }
    open.add(value)
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) visitMember(value[index], index, value)
    } else for (const key of Object.keys(value)) visitMember((value as Record<string, unknown>)[key], key, undefined)
    open.delete(value)
  }
  // `members` is given for arrays, in which a member that is undefined cannot vanish.
  const visitMember = (member: unknown, key: PathStep, members: readonly unknown[] | undefined): void => {
    if (typeof member === 'string' || (member === undefined && !members)) return
    trail.push(key)
    visit(member)
    trail.pop()
  }

  visit(value)
  return issues
}

function problemOfScalar(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return null
    case 'number':
      return Number.isFinite(value) ? null : `is ${value}, which JSON cannot express.`
    case 'object':
      // Only null: containers are looked at elsewhere.
      return null
    case 'undefined':
    case 'function':
    case 'symbol':
      return `is ${typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`}, which JSON cannot express.`
  }
}

/** The inputs of a run as a whole, none where nothing is given. What they hold is checked by `checkJson`. Throws `inputs_invalid`. */
export function readInputsObject(inputs: unknown): Record<string, unknown> {
  const given = inputs ?? {}
  const isWhole = isObject(given)
  const problem = isWhole ? problemOfContainer(given, new Set()) : `is ${describeValue(given)}; ${wantedInputs}`
  if (isWhole && problem === null) return given
  throw new CodenodeError('inputs_invalid', { issues: [{ path: 'inputs', message: problem ?? wantedInputs }] })
}

const wantedInputs = 'it must be an object whose keys are the names of the variables.'

function problemOfContainer(value: object, open: ReadonlySet<object>): string | null {
  if (open.has(value)) return 'contains itself; JSON cannot express a cycle.'
  if (open.size >= maxLevels) return `is nested deeper than ${maxLevels} levels.`
  if (Array.isArray(value)) return null
  const prototype: unknown = Object.getPrototypeOf(value)
  // A plain object of another realm (a vm context, jsdom) has a prototype of its own whose prototype is null.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return null
  const name = value.constructor?.name || 'class'
  return `is an object of ${name}; inputs are plain JSON${name === 'Date' ? ' (toISOString() gives text)' : ''}.`
}
