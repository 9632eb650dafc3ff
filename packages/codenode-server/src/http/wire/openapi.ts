import type {} from '@fastify/swagger' // what may be in a schema
import { type FailureCode, failures } from 'codenode/internal/contract/failures'
import * as z from 'zod'
import { problemSchema, problemType } from './problem.ts'

type Header = { type: 'string'; description: string }
export type Answer = {
  description: string
  content: Record<string, { schema: z.ZodType }>
  headers?: Record<string, Header>
}

/** An answer of a route, for the document. */
export function answer(
  description: string,
  schema: z.ZodType,
  more: { type?: string; headers?: Answer['headers'] } = {},
): Answer {
  const { type = 'application/json', headers } = more
  return { description, content: { [type]: { schema } }, ...(headers ? { headers } : {}) }
}

/** An answer without a body. */
export function noContent(description: string): z.ZodType {
  return z.undefined().describe(description)
}

/** The problems that a route can give, by their status. */
export function problems(...codes: FailureCode[]): Record<number, Answer> {
  const answers: Record<number, Answer> = {}
  for (const [status, group] of Map.groupBy(codes, (code) => failures[code].http)) {
    const description = group.map((code) => `\`${code}\`: ${failures[code].summary}`).join('\n\n')
    const retry = { 'Retry-After': { type: 'string', description: 'Seconds.' } } as const
    const headers = status === 503 || status === 429 ? { headers: retry } : {}
    answers[status] = answer(description, problemSchema, { type: problemType, ...headers })
  }
  return answers
}
