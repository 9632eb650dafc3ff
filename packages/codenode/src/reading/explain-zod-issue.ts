import type * as z from 'zod'
import type { Issue } from '../contract/failures.ts'
import { formatPath, type PathStep } from '../contract/paths.ts'
import { describeValue } from '../contract/values.ts'

/** A problem that zod found, in our words: what is there and what is allowed. Needs `reportInput: true`. */
export function explainZodIssue(issue: z.core.$ZodIssue): Issue[] {
  return explainIssueOf('node')(issue)
}

/** The same for a value that is called `whole`. */
export function explainIssueOf(whole: string): (issue: z.core.$ZodIssue) => Issue[] {
  return (issue) => explainAt(issue, whole)
}

function explainAt(issue: z.core.$ZodIssue, whole: string): Issue[] {
  // A path into parsed JSON or YAML has names and indices only.
  const steps = issue.path as PathStep[]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: formatPath('', [...steps, key]), message: 'is not known here.' }))
  }
  return [{ path: formatPath('', steps) || whole, message: explain(issue) }]
}

function explain(issue: Exclude<z.core.$ZodIssue, z.core.$ZodIssueUnrecognizedKeys>): string {
  const found = issue.input === undefined ? 'is missing' : `is ${describeValue(issue.input)}`
  switch (issue.code) {
    case 'invalid_type':
      return `${found}; it must be ${typeWords[issue.expected] ?? issue.expected}.`
    case 'invalid_value': {
      const values = issue.values.map(String)
      return `${found}; it must be ${values.length === 1 ? values[0] : `one of ${values.join(', ')}`}.`
    }
    case 'too_small':
      return `${found}; it must be at least ${issue.minimum}.`
    case 'too_big':
      return `${found}; it must be at most ${issue.maximum}.`
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return issue.message
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'an array',
  object: 'an object',
  record: 'an object',
}
