import { CodenodeError } from 'codenode/internal/contract/error'
import type { Issue } from 'codenode/internal/contract/failures'
import { explainMissing } from 'codenode/internal/reading/checked-later'
import { explainUnknownMembers } from 'codenode/internal/reading/explain-unknown-name'
import { explainIssueOf } from 'codenode/internal/reading/explain-zod-issue'
import type { FastifySchema, FastifySchemaCompiler } from 'fastify'
import type * as z from 'zod'

type Checked = { value: unknown } | { error: Error }

/**
 * Checks what a route's schemas describe. Headers are only described: routes read the few that they know, since to check
 * all of a request's headers costs more than the rest together.
 */
export const compileCheck: FastifySchemaCompiler<FastifySchema> = ({ schema, httpPart = 'request' }) => {
  if (httpPart === 'headers') return () => true
  // Every schema of ours is one of zod; the type says what Fastify itself could take.
  const checked = schema as unknown as z.ZodType
  return (data: unknown): Checked => check(checked, data, httpPart === 'querystring' ? 'query' : httpPart)
}

/** For a route whose body is checked by `schema` instead of the schema that describes it. */
export function compileBodyCheck(schema: z.ZodType): FastifySchemaCompiler<FastifySchema> {
  return (route) => compileCheck(route.httpPart === 'body' ? { ...route, schema } : route)
}

function check(schema: z.ZodType, data: unknown, part: string): Checked {
  // Fastify calls a body that is not there null.
  const parsed = schema.safeParse(data ?? undefined, { reportInput: true })
  if (parsed.success) return { value: parsed.data }
  const issues = [...explainMissing(schema, data), ...parsed.error.issues.flatMap((it) => explain(it, schema, part))]
  return { error: new CodenodeError('request_invalid', { issues }) }
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType, part: string): Issue[] {
  return issue.code === 'unrecognized_keys' ? explainUnknownMembers(issue, schema) : explainIssueOf(part)(issue)
}
