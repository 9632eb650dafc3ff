import { readFileSync } from 'node:fs'
import { parseYaml } from 'codenode/internal/config/parse-yaml'
import { CodenodeError } from 'codenode/internal/contract/error'
import type { Issue } from 'codenode/internal/contract/failures'
import { formatPath, type PathStep } from 'codenode/internal/contract/paths'
import { explainUnknownMembers } from 'codenode/internal/reading/explain-unknown-name'
import { explainZodIssue } from 'codenode/internal/reading/explain-zod-issue'
import * as z from 'zod'
import { digestOf, type Key, roles } from './key.ts'

const leastKeyLength = 16

/** A day means its end, in UTC. */
const expirySchema = z.string().transform((text, context) => {
  const day = z.iso.date().safeParse(text)
  if (day.success) return Date.parse(`${text}T00:00:00Z`) + 86_400_000
  const time = z.iso.datetime({ offset: true }).safeParse(text)
  if (time.success) return Date.parse(text)
  context.addIssue({
    code: 'custom',
    message: 'must be a day such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z.',
  })
  return z.NEVER
})

const entrySchema = z
  .strictObject({
    name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/, 'must be letters, digits, _, . and -, at most 64.'),
    key: z
      .string()
      // A refinement, since zod's own check quotes what it refuses.
      .refine(
        (text) => text.length >= leastKeyLength,
        `must have at least ${leastKeyLength} characters (openssl rand -hex 32 makes one).`,
      )
      .optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be the SHA-256 of the key, as 64 hexadecimal digits.')
      .optional(),
    roles: z.array(z.enum(roles)).min(1).default(['run', 'read']),
    expires: expirySchema.optional(),
    maxRuns: z.int().min(1).max(1_000_000).optional(),
    requestsPerMinute: z.int().min(1).max(1_000_000).optional(),
  })
  .refine(({ key, sha256 }) => (key === undefined) !== (sha256 === undefined), 'needs either key or sha256.')

const fileSchema = z.strictObject({ keys: z.array(entrySchema).min(1) })

/**
 * Reads a file of keys: YAML or JSON, `keys` with an entry for each. Throws `configuration_invalid` with everything that is wrong; no
 * key is told.
 */
export function readKeyFile(file: string): [Key, ...Key[]] {
  const parsed = parse(file)
  const read = fileSchema.safeParse(parsed, { reportInput: true })
  if (!read.success) throw refuse(read.error.issues.flatMap((issue) => explain(issue, file)))
  const keys = read.data.keys.map(toKey)
  const digests = new Set(keys.map(({ digest }) => digest.toString('hex')))
  if (digests.size < keys.length) throw refuse([{ path: `${file}: keys`, message: 'has the same key twice.' }])
  // The schema asks for one at least.
  return keys as [Key, ...Key[]]
}

function parse(file: string): unknown {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw refuse([{ path: file, message: `cannot be read (${(error as NodeJS.ErrnoException).code}).` }])
  }
  const parsed = parseYaml(text)
  if (parsed.status === 'parsed') return parsed.value
  // Without the parser's own words, which can quote the line.
  throw refuse(
    parsed.problems.map(({ line }) => ({
      path: line === null ? file : `${file}, line ${line}`,
      message: 'is not YAML. It needs entries such as  keys: [{ name: team-a, key: … }].',
    })),
  )
}

function toKey({ name, key, sha256, expires, ...entry }: z.output<typeof entrySchema>): Key {
  return {
    client: name,
    // One of the two is there.
    digest: key === undefined ? Buffer.from(sha256 as string, 'hex') : digestOf(key),
    roles: new Set(entry.roles),
    expiresAtMs: expires ?? null,
    maxRuns: entry.maxRuns ?? null,
    requestsPerMinute: entry.requestsPerMinute ?? null,
  }
}

function explain(issue: z.core.$ZodIssue, file: string): Issue[] {
  // The names and indices of a path into YAML.
  const at = (path: readonly PropertyKey[]) => [file, formatPath('', path as PathStep[])].filter(Boolean).join(': ')
  if (issue.code === 'unrecognized_keys') {
    const schema = issue.path.length === 0 ? fileSchema : entrySchema
    return explainUnknownMembers({ ...issue, path: [] }, schema).map(({ path, message }) => ({
      path: at([...issue.path, path]),
      message,
    }))
  }
  const isSecret = ['key', 'sha256'].includes(String(issue.path.at(-1)))
  return explainZodIssue(issue).map(({ message }) => ({
    path: at(issue.path),
    // What stands in place of a key is not told.
    message: isSecret && issue.code === 'invalid_type' ? 'must be text in quotes.' : message,
  }))
}

function refuse(issues: Issue[]): CodenodeError {
  return new CodenodeError('configuration_invalid', { issues })
}
