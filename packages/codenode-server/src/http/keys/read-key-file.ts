import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { parseYaml } from 'codenode/internal/config/parse-yaml'
import { CodenodeError } from 'codenode/internal/contract/error'
import type { Issue } from 'codenode/internal/contract/failures'
import { formatPath, type PathStep } from 'codenode/internal/contract/paths'
import { closeNames } from 'codenode/internal/values/close-names'
import * as z from 'zod'
import { digestOf, type Key, roles } from './key.ts'

/** Far more than a file of keys needs; reading one holds up the service. */
const mostBytes = 256 * 1024

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
      // What a header can carry, as Bearer too. A refinement, since zod's own check quotes what it refuses.
      .refine(
        (text) => /^[\x21-\x7e]{16,}$/.test(text),
        'must have at least 16 characters, all of them ASCII and none a space (openssl rand -hex 32 makes one).',
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
  const read = fileSchema.safeParse(parse(file))
  if (!read.success) throw refuse(read.error.issues.flatMap((issue) => explain(issue, file)))
  const keys = read.data.keys.map(toKey)
  const digests = new Set(keys.map(({ digest }) => digest.toString('hex')))
  if (digests.size < keys.length) throw refuse([{ path: `${file}: keys`, message: 'has the same key twice.' }])
  const odd = keys.findIndex((key) => keys.some((other) => other.client === key.client && !haveSameLimits(key, other)))
  if (odd !== -1) {
    const message = 'has another maxRuns or requestsPerMinute than another key of its name, and they are one client.'
    throw refuse([{ path: `${file}: keys[${odd}]`, message }])
  }
  // The schema asks for one at least.
  return keys as [Key, ...Key[]]
}

function parse(file: string): unknown {
  const parsed = parseYaml(read(file))
  if (parsed.status === 'parsed') return parsed.value
  // Without the parser's own words, which can quote the line.
  throw refuse(
    parsed.problems.map(({ line }) => ({
      path: line === null ? file : `${file}, line ${line}`,
      message: 'is not YAML that can be read. It needs entries such as  keys: [{ name: team-a, key: … }].',
    })),
  )
}

function read(file: string): string {
  let fd: number | undefined
  try {
    // A pipe that nobody writes to must not hold up the service.
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const { size, isFile } = describeFile(fd)
    if (!isFile) throw refuse([{ path: file, message: 'is not a file.' }])
    if (size > mostBytes)
      throw refuse([{ path: file, message: `has ${size} bytes; a file of keys has at most ${mostBytes}.` }])
    const bytes = Buffer.alloc(size)
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, size, 0))
  } catch (error) {
    if (error instanceof CodenodeError) throw error
    throw refuse([{ path: file, message: `cannot be read (${(error as NodeJS.ErrnoException).code}).` }])
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function describeFile(fd: number): { size: number; isFile: boolean } {
  const stats = fstatSync(fd)
  return { size: stats.size, isFile: stats.isFile() }
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

function haveSameLimits(one: Key, other: Key): boolean {
  return one.maxRuns === other.maxRuns && one.requestsPerMinute === other.requestsPerMinute
}

/** Nothing that stands in the file is told, whatever it is: it may be a key in the wrong place. */
function explain(issue: z.core.$ZodIssue, file: string): Issue[] {
  // Indices, and names that the schema has.
  const place = formatPath('', issue.path as PathStep[])
  return [{ path: place === '' ? file : `${file}: ${place}`, message: explainMessage(issue) }]
}

function explainMessage(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = Object.keys(issue.path.length === 0 ? fileSchema.shape : entrySchema.shape)
      const meant = issue.keys.flatMap((name) => closeNames(name, known).slice(0, 1))
      const hint = meant.length > 0 ? ` Did you mean ${meant.join(', ')}?` : ` There are ${known.join(', ')}.`
      return `has a member that is not known.${hint}`
    }
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}.`
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}.`
    case 'too_small':
      return issue.origin === 'array' ? 'must have at least one entry.' : `must be at least ${issue.minimum}.`
    case 'too_big':
      return `must be at most ${issue.maximum}.`
    // Messages of this file.
    case 'custom':
    case 'invalid_format':
      return issue.message
    // None of the schema's parts gives these.
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
      return 'is not what is allowed here.'
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text in quotes',
  array: 'a list',
  object: 'a block of names and values',
  int: 'a whole number',
  number: 'a whole number',
}

function refuse(issues: Issue[]): CodenodeError {
  return new CodenodeError('configuration_invalid', { issues })
}
