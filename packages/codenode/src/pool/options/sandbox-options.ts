import { availableParallelism } from 'node:os'
import * as z from 'zod'
import { CodenodeError } from '../../contract/error.ts'
import type { Issue } from '../../contract/failures.ts'
import { defaultIsolation, isolationLevels } from '../../contract/isolation.ts'
import type { ServerLimits } from '../../contract/limits.ts'
import { bigIntegerForms } from '../../contract/node-words.ts'
import { runtimeNames } from '../../contract/runtime-name.ts'
import { isObject } from '../../contract/values.ts'
import { findPlaces } from '../../places/find-places.ts'
import { explainUnknownNames } from '../../reading/explain-unknown-name.ts'
import { explainIssueOf } from '../../reading/explain-zod-issue.ts'
import { checkLimits } from '../../reading/read-limits.ts'
import { checkTimeZone, findTimeZone } from '../../reading/time-zone.ts'
import { callListener } from '../../values/call-listener.ts'
import { defaultHosts } from './default-hosts.ts'
import { warnOnce } from './warn-once.ts'

const count = (least: number, most: number) => z.int().min(least).max(most)
const path = z
  .string()
  .refine((text) => text !== '', 'must not be empty.')
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character.')

/** What `createSandbox` takes. A new option is one entry here; its type, its check and its message follow. */
export const sandboxOptionsSchema = z.strictObject({
  /** Interpreters to warm now; others are started at their first run. Default: both. */
  runtimes: z.array(z.enum(runtimeNames)).readonly().default(runtimeNames),
  /** Where the socket is made. Default: `CODENODE_DATA_DIR`, else the nearest `.codenode`. */
  dataDir: path.optional(),
  /** Where the packages are. Default: `CODENODE_PACKAGES_DIR`, else `.codenode/packages` beside the installation. */
  packagesDir: path.optional(),
  /**
   * What code can import beside the standard library: the `installed` packages, or `none`, for programs that only glue. Without
   * packages Python starts sooner and takes 80 MiB less.
   */
  packages: z.enum(['installed', 'none']).default('installed'),
  /**
   * What the interpreters import before the first run, so that an import in a run takes no time. `common`: the packages that code
   * uses most. `standard-library`: no package, which starts Python about a second sooner; a program can still import packages, and
   * the import counts against its own limits.
   */
  preload: z.enum(['common', 'standard-library']).default('common'),
  /**
   * The isolation that is asked for; what it needs must hold, or nothing starts. Default: every layer. The weaker level,
   * for hosts that refuse user namespaces, is used only when it is named here.
   */
  isolation: z.enum(isolationLevels).default(defaultIsolation),
  /**
   * Children forked ahead of need for each interpreter. Default: the number of cores, at least 8, and up to 32 while runs need
   * them; a number that is given stays.
   */
  spares: count(0, 1000).optional(),
  /**
   * Threads that keep zygotes, sockets and limits away from the thread that calls. Default: none up to eight cores, else one
   * for each eight. A run through one takes a third of a millisecond longer and two thirds less of the calling thread.
   */
  hosts: count(0, 64).default(() => defaultHosts(availableParallelism(), 'library')),
  /** Runs at once. Default: twice the number of cores, at least 4. */
  maxRunning: count(1, 1000).optional(),
  /** Runs that wait beyond those. Default: 1000. */
  maxWaiting: count(0, Number.MAX_SAFE_INTEGER).default(1000),
  /** Local time of the code, such as `Asia/Shanghai`. Default: `CODENODE_TZ`, else `TZ`, else UTC. */
  timeZone: z.string().optional(),
  /** The limits of all runs; a run and a node can only lower them. Those that are not named have their defaults. */
  limits: z.custom<Partial<ServerLimits>>().optional(),
  /**
   * What a whole number beyond ±2^53 is in JavaScript: a `bigint` with all its digits, or a `number`, rounded as Dify does. A
   * node can say otherwise.
   */
  bigIntegers: z.enum(bigIntegerForms).default('bigint'),
  /**
   * When the interpreter that runs are forked from is replaced by a new one, without a pause: after so many runs or so many
   * hours, whichever comes first. Runs of one interpreter share its memory layout and hash seeds.
   */
  renewal: z
    .strictObject({
      /** Default: 10 000. */
      runs: count(1, 100_000_000).default(10_000),
      /** Default: 6. */
      hours: z.number().positive().max(8760).default(6),
    })
    .prefault({}),
  /** The program that makes the namespaces. Default: `CODENODE_BWRAP`, else `bwrap`. */
  bubblewrap: path.optional(),
  /**
   * Told what the operator should know, such as that no packages are installed. What it throws or rejects with becomes a warning of the
   * process. Default: a warning of the process.
   */
  onWarning: z
    .custom<(message: string) => void>((value) => typeof value === 'function', 'must be a function.')
    .default(() => warnOnce),
})

export type SandboxOptions = z.input<typeof sandboxOptionsSchema>
export type ParsedSandboxOptions = Omit<
  z.output<typeof sandboxOptionsSchema>,
  'limits' | 'dataDir' | 'packagesDir' | 'timeZone'
> & {
  limits: ServerLimits
  timeZone: string
  dataDir: string
  packagesDir: string
}

/** What a sandbox works with; all of it can be sent to another thread. */
export type SandboxSettings = Omit<ParsedSandboxOptions, 'onWarning'>

/** Reads what a caller has given. Throws `configuration_invalid` with everything that is wrong. */
export function parseSandboxOptions(options: unknown): ParsedSandboxOptions {
  const parsed = sandboxOptionsSchema.safeParse(options, { reportInput: true })
  // The table of limits has its own messages, and completes what is not named.
  const { limits, issues } = checkLimits(isObject(options) ? options.limits : undefined)
  const asked = parsed.data?.timeZone
  const zone = asked === undefined ? findTimeZone(process.env) : checkTimeZone('timeZone', asked)
  const all = [...(parsed.error?.issues.flatMap(explain) ?? []), ...issues, ...(zone.issue ? [zone.issue] : [])]
  if (!parsed.data || all.length > 0) throw new CodenodeError('configuration_invalid', { issues: all })
  const { packages } = parsed.data
  const { dataDir, packagesDir } = findPlaces({
    ...parsed.data,
    packages: packages === 'none' ? 'may be made' : 'must exist',
  })
  if (zone.notice) callListener('onWarning', parsed.data.onWarning, zone.notice)
  return { ...parsed.data, limits: Object.freeze(limits), dataDir, packagesDir, timeZone: zone.timeZone }
}

function explain(issue: z.core.$ZodIssue): Issue[] {
  return issue.code === 'unrecognized_keys'
    ? explainUnknownNames(issue, sandboxOptionsSchema, 'an option')
    : explainIssueOf('options')(issue)
}
