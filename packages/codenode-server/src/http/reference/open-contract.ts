import { failureCodes } from 'codenode/internal/contract/failures'
import type { OpenAPIV3_1 } from 'openapi-types'

type Part = Record<string, unknown>

/**
 * Says of answers what they have, and not that they have nothing else: a client that is generated from this document must take
 * the members, failures and warnings of the next release. Requests stay as strict as the service is with them.
 */
export function openContract(document: OpenAPIV3_1.Document): OpenAPIV3_1.Document {
  const asked = new Set<string>()
  for (const operation of operationsOf(document)) {
    follow([operation.requestBody, operation.parameters], document, asked)
    for (const parameter of (operation.parameters ?? []) as { schema?: Part }[]) giveNumber(parameter.schema)
    visit(operation.responses, openAnswer)
  }
  const schemas = (document.components?.schemas ?? {}) as Record<string, Part>
  for (const [name, schema] of Object.entries(schemas)) if (!asked.has(name)) visit(schema, openAnswer)
  visit(document, dropDatePattern)
  return document
}

const methods = ['get', 'post', 'put', 'patch', 'delete', 'head'] as const

function operationsOf({ paths = {} }: OpenAPIV3_1.Document): OpenAPIV3_1.OperationObject[] {
  return Object.values(paths).flatMap((item) => methods.flatMap((method) => item?.[method] ?? []))
}

/** The names of all schemas that a part refers to, by whatever way. */
function follow(part: unknown, document: OpenAPIV3_1.Document, names: Set<string>): void {
  for (const [, name = ''] of JSON.stringify(part ?? null).matchAll(/"#\/components\/schemas\/([^"/]+)"/g)) {
    if (names.has(name)) continue
    names.add(name)
    follow(document.components?.schemas?.[name], document, names)
  }
}

function visit(part: unknown, change: (part: Part) => void): void {
  if (Array.isArray(part)) for (const element of part as unknown[]) visit(element, change)
  else if (typeof part === 'object' && part !== null) {
    change(part as Part)
    for (const member of Object.values(part)) visit(member, change)
  }
}

function openAnswer(part: Part): void {
  if (part.additionalProperties === false) delete part.additionalProperties
  if (!Array.isArray(part.enum) || !isOpenList(part.enum)) return
  // More codes come with time. They are told as examples, and as those that are known now.
  const { enum: known, ...rest } = part
  delete part.enum
  Object.assign(part, rest, { type: 'string', examples: known.slice(0, 3), 'x-extensible-enum': known })
}

/** The codes of failures and of warnings. */
function isOpenList(values: readonly unknown[]): boolean {
  return values.includes(failureCodes[0]) || values.includes('record_cut')
}

/** In a URL all is text; what the text must be is a number. */
function giveNumber(schema: Part | undefined): void {
  const bounds = numbers[String(schema?.format)]
  if (!schema || !bounds) return
  delete schema.format
  delete schema.pattern
  Object.assign(schema, bounds)
}

const numbers: Readonly<Record<string, Part>> = {
  limit: { type: 'integer', minimum: 1, maximum: 200 },
  after: { type: 'integer', minimum: 0 },
}

/** The format says it; the pattern is 200 letters. */
function dropDatePattern(part: Part): void {
  if (part.format === 'date-time') delete part.pattern
}
