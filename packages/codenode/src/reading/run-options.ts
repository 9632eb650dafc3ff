import * as z from 'zod'
import type { Issue } from '../contract/failures.ts'
import { explainUnknownNames } from './explain-unknown-name.ts'
import { explainZodIssue } from './explain-zod-issue.ts'

/** What the options of every run have in common. The types say so too; who calls from JavaScript has no types. */
export const commonRunOptions = {
  // Checked with the limits, by `parseRunLimits`.
  sandbox: z.unknown().optional(),
  limits: z.unknown().optional(),
  signal: z.custom(isSignal, 'must be an AbortSignal.').optional(),
  onEvent: z.custom((value) => typeof value === 'function', 'must be a function.').optional(),
  client: z.string().optional(),
  runId: z.string().optional(),
  startedAt: z.date().optional(),
  secrets: z.array(z.string()).optional(),
}

/** What is wrong in the options of a run, apart from sandbox and limits. */
export function checkRunOptions(options: object, schema: z.ZodObject): Issue[] {
  const { error } = schema.safeParse(options, { reportInput: true })
  // Making the schema below takes longer than all other checks of a run.
  if (!error) return []
  // Nobody gives it from outside: the object that runs has it.
  const ofCaller = schema.omit({ sandbox: true })
  const issues = error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? explainUnknownNames(issue, ofCaller, 'an option') : explainZodIssue(issue),
  )
  return issues.map(({ path, message }) => ({ path: `options.${path}`, message }))
}

/** Not by its class: a signal can come from another realm, or from a library that stands in for it. */
function isSignal(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    'addEventListener' in value &&
    typeof value.addEventListener === 'function'
  )
}
