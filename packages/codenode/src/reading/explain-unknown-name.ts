import type * as z from 'zod'
import type { Issue } from '../contract/failures.ts'
import { maxToldIssues } from '../contract/issues.ts'
import { limitNames } from '../contract/limits.ts'
import { formatPath, type PathStep } from '../contract/paths.ts'
import { closeNames } from '../values/close-names.ts'
import { explainZodIssue } from './explain-zod-issue.ts'
import { fieldsOf } from './schema-fields.ts'

/**
 * Names that a schema of settings does not have: which one is meant, or under which one it belongs. `noun`: what they are
 * called, such as `a setting`.
 */
export function explainUnknownNames(issue: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType, noun: string): Issue[] {
  // A path into settings has names and indices only.
  const steps = issue.path as PathStep[]
  const names = namesAt(schema, steps)
  return issue.keys.map((key, index) => ({
    path: formatPath('', [...steps, key]),
    message: index < maxToldIssues ? explain(key, names, noun) : `is not ${noun}.`,
  }))
}

/** Members that a request cannot have: which one is meant, where that is clear. */
export function explainUnknownMembers(issue: z.core.$ZodIssueUnrecognizedKeys, schema: z.ZodType): Issue[] {
  // A path into JSON has names and indices only.
  const steps = issue.path as PathStep[]
  const names = namesAt(schema, steps)
  return issue.keys.map((key, index) => {
    // No more are told, and to compare names takes time.
    const [meant] = index < maxToldIssues ? closeNames(key, names.keys()) : []
    const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
    return { path: formatPath('', [...steps, key]), message: `is not known here.${hint}` }
  })
}

/** What zod found in settings of a schema, in our words. */
export function explainIssuesIn(schema: z.ZodType): (issue: z.core.$ZodIssue) => Issue[] {
  return (issue) => (issue.code === 'unrecognized_keys' ? explainUnknownMembers(issue, schema) : explainZodIssue(issue))
}

/** The names at one place, each with those below it. */
type Names = ReadonlyMap<string, readonly string[]>

function explain(key: string, names: Names, noun: string): string {
  const group = [...names].find(([, below]) => below.includes(key))?.[0]
  if (group !== undefined) return `belongs under ${group}.`
  const [meant] = closeNames(key, names.keys())
  if (meant !== undefined) return `is not ${noun}. Did you mean ${meant}?`
  for (const [name, below] of names) {
    const [close] = closeNames(key, below)
    if (close !== undefined) return `is not ${noun}. Did you mean ${name}.${close}?`
  }
  return `is not ${noun}; there are ${[...names.keys()].join(', ')}.`
}

function namesAt(schema: z.ZodType, steps: readonly PathStep[]): Names {
  let fields = fieldsOf(schema)
  for (const step of steps) fields = fieldsOf(fields[step])
  return new Map(
    // `limits` has a table of its own.
    Object.entries(fields).map(([name, field]) => [
      name,
      name === 'limits' ? limitNames : Object.keys(fieldsOf(field)),
    ]),
  )
}
