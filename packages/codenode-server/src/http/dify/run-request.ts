import * as z from 'zod'
import type { ProgramRequest } from '../../service/api/types.ts'
import { BadRequest } from './envelope.ts'

const languages = { python3: 'python', nodejs: 'javascript' } as const

/** In a form, everything is text; an empty one stands for false, as in the original. */
const flag = z.union([z.boolean(), z.enum(['true', 'false', '1', '0', ''])])

/** The body of `POST /v1/sandbox/run`. */
export const runBodySchema = z.object({
  language: z.string().min(1).describe('`python3` or `nodejs`.'),
  code: z.string().min(1).describe('A whole program. What it prints comes back.'),
  preload: z.string().nullish().describe('Accepted and ignored: the packages are warm already.'),
  enable_network: flag.nullish().describe('Accepted and ignored: the network stays off.'),
})

/** Reads a body, JSON or form; throws `BadRequest`. */
export function parseRunRequest(body: unknown): ProgramRequest {
  const { language, code } = parseBody(runBodySchema, body)
  return { language: languages[parseLanguage(language)], code }
}

export const languageSchema = z.object({ language: z.string().min(1).describe('`python3` or `nodejs`.') })

/** Whose packages are meant; throws `BadRequest`. */
export function parseLanguageRequest(fields: unknown): SandboxLanguage {
  return parseLanguage(parseBody(languageSchema, fields).language)
}

export type SandboxLanguage = keyof typeof languages

function parseLanguage(text: string): SandboxLanguage {
  if (Object.hasOwn(languages, text)) return text as SandboxLanguage // it is one of the keys
  throw new BadRequest('unsupported language', 400)
}

function parseBody<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(body, { reportInput: true })
  if (parsed.success) return parsed.data
  throw new BadRequest(parsed.error.issues.map(explain).join('; '))
}

function explain({ path, input }: z.core.$ZodIssue): string {
  const [name] = path
  if (name === undefined) return 'the body must be a JSON object or a form with the fields language and code'
  if (input === undefined || input === null || input === '') return `the field ${String(name)} is required`
  return `the field ${String(name)} must be ${name === 'enable_network' ? 'true or false' : 'a text'}`
}
