import { CodenodeError } from 'codenode/internal/contract/error'
import { type FailureCode, failureCodes, failures } from 'codenode/internal/contract/failures'
import type { FastifyReply } from 'fastify'
import * as z from 'zod'
import { stateOf } from './request-state.ts'

const issueSchema = z.object({
  path: z.string().describe('Where: a member of the node, the body, the query or a header.'),
  message: z.string().describe('What is wrong there and what is allowed.'),
  nodeType: z.string().optional().describe('Of a workflow: a type that does not run here; its nodes need stand-ins.'),
  nodes: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .optional()
    .describe('The nodes of that type.'),
  node: z
    .object({ id: z.string(), title: z.string() })
    .nullish()
    .describe('In a workflow: the node that it belongs to, if it does.'),
})

/** RFC 9457: what the service answers where there is no record. */
export const problemSchema = z.object({
  type: z.string().describe('urn:codenode:failure: and the code.'),
  title: z.string().describe('What the code means; always the same for a code.'),
  status: z.int(),
  detail: z.string().describe('What happened this time.'),
  // The catalogue has at least one entry.
  code: z.enum(failureCodes as [FailureCode, ...FailureCode[]]).describe('Stable code of the failure catalogue.'),
  hint: z.string().describe('What to do; names of settings stand between backquotes.'),
  instance: z.string().describe('The id of the request, as in the header X-Request-Id and in the log.'),
  issues: z
    .array(issueSchema)
    .optional()
    .describe('Each thing that is wrong, where there can be several: the first hundred.'),
  issueCount: z.int().optional().describe('How many there are, where that is more. Checking ends at about a thousand.'),
})

export type Problem = z.infer<typeof problemSchema>

z.globalRegistry.add(issueSchema, { id: 'Issue' })

export const problemType = 'application/problem+json'

/** `status`: where HTTP has a more exact one than the catalogue. */
export function toProblem(error: CodenodeError, instance: string, status = error.httpStatus): Problem {
  const { code, details, message } = error
  const { issues = [], issueCount } = 'issues' in details ? details : {}
  return {
    type: `urn:codenode:failure:${code}`,
    title: failures[code].summary.replaceAll('`', ''),
    status,
    detail: message,
    code,
    hint: failures[code].advice,
    instance,
    ...(issues.length > 0 ? { issues: [...issues] } : {}),
    ...(issueCount === undefined ? {} : { issueCount }),
  }
}

/** A reply that is this error alone. */
export function sendProblem(reply: FastifyReply, error: CodenodeError, status?: number): FastifyReply {
  const problem = toProblem(error, reply.request.id, status)
  stateOf(reply.request).problem = error.code
  // Both pass within a run's time: a place in the line, a client's own run.
  if (problem.status === 503 || problem.status === 429) reply.header('retry-after', String(secondsUntilRetry(error)))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type(problemType).send(problem)
}

/** A place in the line, or a client's own run, is free within a run's time. */
function secondsUntilRetry({ details }: CodenodeError): number {
  return 'retryAfterMs' in details ? Math.ceil(details.retryAfterMs / 1000) : 1
}

/** A request that is not as the API describes it. */
export function requestInvalid(path: string, message: string, cause?: unknown): CodenodeError {
  return new CodenodeError('request_invalid', { issues: [{ path, message }] }, { cause })
}
