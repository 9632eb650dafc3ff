import * as z from 'zod'
import { toolArguments } from '../../codenode-server/src/mcp/arguments.ts'
import { code, fillTemplate, table } from './page.ts'

type JsonSchema = {
  type?: string | string[]
  enum?: unknown[]
  const?: string | number | boolean
  anyOf?: JsonSchema[]
  items?: JsonSchema
  description?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
}

/** The text of docs/mcp.md, made from the arguments of the tools. */
export function mcpPage(): string {
  const tools = Object.entries(toolArguments).map(([name, schema]) => `### ${code(name)}\n\n${tableOf(schema)}`)
  return fillTemplate('mcp.md', { tools: tools.join('\n') })
}

function tableOf(schema: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  return table(
    ['argument', 'what it can be', 'what it is'],
    Object.entries(properties).map(([name, property]) => [
      code(name) + (required.includes(name) ? ', required' : ''),
      describeType(property),
      property.description ?? '',
    ]),
  )
}

function describeType({ type, enum: words, const: value, anyOf, items }: JsonSchema): string {
  if (anyOf) return listOf(anyOf.map(describeType))
  if (words) return listOf(words.map((word) => code(String(word))))
  if (value !== undefined) return code(String(value))
  if (Array.isArray(type)) return listOf(type)
  return type === 'array' && items ? `list of ${describeType(items)}s` : (type ?? 'any value')
}

const listOf = (parts: readonly string[]): string => parts.join(', ').replace(/, (?=[^,]*$)/, ' or ')
