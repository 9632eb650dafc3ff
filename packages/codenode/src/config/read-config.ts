import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import { CodenodeError } from '../contract/error.ts'
import { explainZodIssue } from '../contract/explain-zod-issue.ts'
import type { Issue } from '../contract/failures.ts'
import type { ServerLimits } from '../contract/limits.ts'
import type { IsolationLevel } from '../contract/program.ts'
import { checkLimits } from '../contract/read-limits.ts'
import { isObject, quote } from '../contract/values.ts'
import { parseYaml } from './parse-yaml.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The service's configuration: `codenode.yaml`, then the environment, which wins. What is not set is undefined. */
export type Config = {
  /** The file that was read; null: there is none. */
  file: string | null
  dataDir: string | undefined
  isolation: IsolationLevel | undefined
  spares: number | undefined
  maxRunning: number | undefined
  maxWaiting: number | undefined
  limits: ServerLimits
  /** Time for a whole workflow. */
  workflowMs: number
  packages: PackageLists
  service: ServiceConfig
}

/** What only the service needs: `serve` and `mcp`. Everything has a default. */
export type ServiceConfig = {
  host: string
  port: number
  /** Requests must carry one of them. None: only the user of the service may connect, from this machine. */
  apiKeys: readonly string[]
  /** Runs that one key may have in progress. Null: half of all where there are several keys, else all. */
  maxRunsPerKey: number | null
  /** What the code and inputs of runs in progress may hold together, in MiB. One key may hold half where there are several. */
  maxWaitingMb: number
  /** Reads `/metrics`, and nothing else does then. Null: every key does. */
  metricsKey: string | null
  /** Origins whose pages may call the service, such as `https://flows.example.org`. */
  corsOrigins: readonly string[]
  /**
   * Runs are kept until there are more than `maxRuns`, they hold more than `maxMb` MiB, or they are older than `maxAgeDays`;
   * `inputs`: whether inputs are kept.
   */
  history: { maxRuns: number; maxMb: number; maxAgeDays: number; inputs: boolean }
  /** How long runs may go on when the service is told to stop. */
  stopMs: number
  logLevel: (typeof logLevels)[number]
  /** Where traces are sent (OTLP over HTTP); null: nowhere. */
  traces: string | null
}

/** Packages that the operator adds to the standard set, each with its version. */
export type PackageLists = { python: readonly string[]; javascript: readonly string[] }

/** That of dify-sandbox, so that only the host's name changes where this service takes its place. */
const defaultPort = 8194

const isolationLevels = ['namespaces+landlock+seccomp', 'landlock+seccomp'] as const satisfies readonly IsolationLevel[]

/** `polars==1.2`, `polars[all]>=1,<2`: a name and versions, never an option, a path or an address. */
const pythonRequirement = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?(?:\[[\w., -]+\])? *(?:[=<>!~]=?=? *[\w.*+!-]+(?: *, *[=<>!~]=?=? *[\w.*+!-]+)*)?$/,
    'must be a name and a version such as polars==1.2.0.',
  )
/** `left-pad@1`, `@scope/name@^2.1`. */
const javascriptRequirement = z
  .string()
  .regex(
    /^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*(?:@[\w.^~<>=|* -]+)?$/,
    'must be a name and a version such as left-pad@1.3.0.',
  )

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

const count = (most: number) => z.int().min(0).max(most)

/** A day. */
const maxWorkflowMs = 86_400_000

/** codenode.yaml. `limits` is read by the contract, which knows them. */
const fileSchema = z.strictObject({
  dataDir: z.string().min(1).optional().describe('Where the packages are. Relative to the file.'),
  isolation: z.enum(isolationLevels).optional().describe('The weaker level is used only when it is named here.'),
  spares: count(1000)
    .optional()
    .describe('Children forked ahead of need for each interpreter. Default: the cores, at least 8.'),
  maxRunning: count(1000).min(1).optional().describe('Runs at once.'),
  maxWaiting: count(1_000_000).optional().describe('Runs that wait beyond those.'),
  limits: z.unknown().optional(),
  workflowMs: count(maxWorkflowMs).min(1).optional().describe('Time for a whole workflow.'),
  host: z.string().min(1).optional().describe('Where the service listens.'),
  port: z.int().min(0).max(65535).optional().describe('0: any free one.'),
  apiKeys: z.array(z.string().min(1)).optional().describe('Requests must carry one of them.'),
  maxRunsPerKey: count(1_000_000).min(1).nullish().describe('Runs that one key may have in progress.'),
  maxWaitingMb: count(1_000_000)
    .min(1)
    .optional()
    .describe('What code and inputs of runs in progress may hold, in MiB.'),
  metricsKey: z.string().min(16).nullish().describe('Reads /metrics, and nothing else does then.'),
  corsOrigins: z.array(z.string().min(1)).optional().describe('Origins whose pages may call the service.'),
  history: z
    .strictObject({
      maxRuns: count(100_000_000).optional(),
      maxMb: count(100_000_000).min(1).optional(),
      maxAgeDays: z.number().positive().max(36_500).optional(),
      inputs: z.boolean().optional(),
    })
    .nullish()
    .describe('How long runs are kept, and whether with their inputs.'),
  stopMs: count(3_600_000).optional().describe('How long runs may go on when the service is told to stop.'),
  logLevel: z.enum(logLevels).optional(),
  traces: z
    .url({ protocol: /^https?$/ })
    .nullish()
    .describe('Where traces are sent, as OTLP over HTTP.'),
  packages: z
    .strictObject({
      python: z.array(pythonRequirement).optional(),
      javascript: z.array(javascriptRequirement).optional(),
    })
    .nullish()
    .describe('Packages added to the standard set.'),
})

type FileSettings = z.infer<typeof fileSchema>

/** The environment's names; where there are two, the first one that is set counts. */
const numberNames = {
  spares: ['CODENODE_SPARES'],
  maxRunning: ['CODENODE_MAX_RUNNING', 'MAX_WORKERS'],
  maxWaiting: ['CODENODE_MAX_WAITING', 'MAX_REQUESTS'],
  port: ['CODENODE_PORT', 'SANDBOX_PORT'],
  maxRunsPerKey: ['CODENODE_MAX_RUNS_PER_KEY'],
  maxWaitingMb: ['CODENODE_MAX_WAITING_MB'],
  maxRuns: ['CODENODE_HISTORY_MAX_RUNS'],
  maxMb: ['CODENODE_HISTORY_MAX_MB'],
  maxAgeDays: ['CODENODE_HISTORY_MAX_AGE_DAYS'],
  stopMs: ['CODENODE_STOP_MS'],
  workflowMs: ['CODENODE_WORKFLOW_MS'],
  workflowSeconds: ['WORKFLOW_MAX_EXECUTION_TIME'],
} as const

/**
 * Reads the configuration. Without `file`: `CODENODE_CONFIG`, else the nearest codenode.yaml from `folder` upwards, else
 * none. Throws `configuration_invalid` with everything that is wrong.
 */
export function readConfig(options: { file?: string | undefined; env?: Env; folder?: string } = {}): Config {
  const { env = process.env, folder = process.cwd() } = options
  const named = options.file ?? (env.CODENODE_CONFIG || undefined)
  const file = named === undefined ? findFile(folder) : path.resolve(folder, named)
  const raw = file === null ? { settings: {}, issues: [] } : readSettings(file)
  const { config, issues } = checkConfig(raw.settings, env, file)
  const all = [...raw.issues, ...issues]
  if (all.length > 0) throw new CodenodeError('configuration_invalid', { issues: all })
  return config
}

/** What the settings of a file and the environment come to, with every problem of both. */
export function checkConfig(settings: unknown, env: Env, file: string | null): { config: Config; issues: Issue[] } {
  const issues: Issue[] = []
  const parsed = fileSchema.safeParse(settings ?? {}, { reportInput: true })
  issues.push(...(parsed.error?.issues.flatMap(explainZodIssue) ?? []))
  // What is wrong is in the issues; the rest is still read, so that all problems are told at once.
  const known: FileSettings = parsed.data ?? {}
  const limits = checkLimits(isObject(settings) ? settings.limits : undefined, env)
  const isolation = readIsolation(env)
  const spares = readCount('spares', env, 0, 1000)
  const maxRunning = readCount('maxRunning', env, 1, 1000)
  const maxWaiting = readCount('maxWaiting', env, 0, 1_000_000)
  const port = readCount('port', env, 0, 65_535)
  const maxRunsPerKey = readCount('maxRunsPerKey', env, 1, 1_000_000)
  const maxWaitingMb = readCount('maxWaitingMb', env, 1, 1_000_000)
  const maxRuns = readCount('maxRuns', env, 0, 100_000_000)
  const maxMb = readCount('maxMb', env, 1, 100_000_000)
  const maxAgeDays = readCount('maxAgeDays', env, 1, 36_500)
  const stopMs = readCount('stopMs', env, 0, 3_600_000)
  const logLevel = readLogLevel(env)
  const workflowMs = readWorkflowMs(env)
  issues.push(...limits.issues)
  const reads = [isolation, spares, maxRunning, maxWaiting, port, maxRunsPerKey, maxRuns, maxAgeDays, stopMs, logLevel]
  for (const read of [...reads, workflowMs, maxWaitingMb, maxMb]) if (read.issue) issues.push(read.issue)
  const service: ServiceConfig = {
    host: env.CODENODE_HOST || (known.host ?? '127.0.0.1'),
    port: port.value ?? known.port ?? defaultPort,
    apiKeys: readList(env.CODENODE_API_KEYS) ?? readList(env.API_KEY) ?? known.apiKeys ?? [],
    maxRunsPerKey: maxRunsPerKey.value ?? known.maxRunsPerKey ?? null,
    maxWaitingMb: maxWaitingMb.value ?? known.maxWaitingMb ?? 256,
    metricsKey: env.CODENODE_METRICS_KEY || (known.metricsKey ?? null),
    corsOrigins: readList(env.CODENODE_CORS_ORIGINS) ?? known.corsOrigins ?? [],
    history: {
      maxRuns: maxRuns.value ?? known.history?.maxRuns ?? 10_000,
      maxMb: maxMb.value ?? known.history?.maxMb ?? 1024,
      maxAgeDays: maxAgeDays.value ?? known.history?.maxAgeDays ?? 30,
      inputs: known.history?.inputs ?? true,
    },
    stopMs: stopMs.value ?? known.stopMs ?? 10_000,
    logLevel: logLevel.value ?? known.logLevel ?? 'info',
    traces: env.CODENODE_TRACES || (known.traces ?? null),
  }
  issues.push(
    ...checkOrigins(service.corsOrigins),
    ...checkTraces(service.traces),
    ...checkMetricsKey(env.CODENODE_METRICS_KEY || null),
  )
  const folder = file === null ? process.cwd() : path.dirname(file)
  const config: Config = {
    file,
    dataDir: env.CODENODE_DATA_DIR || (known.dataDir === undefined ? undefined : path.resolve(folder, known.dataDir)),
    isolation: isolation.value ?? known.isolation,
    spares: spares.value ?? known.spares,
    maxRunning: maxRunning.value ?? known.maxRunning,
    maxWaiting: maxWaiting.value ?? known.maxWaiting,
    limits: limits.limits,
    // Dify's own default.
    workflowMs: workflowMs.value ?? known.workflowMs ?? 1_200_000,
    packages: { python: known.packages?.python ?? [], javascript: known.packages?.javascript ?? [] },
    service,
  }
  return { config, issues }
}

function findFile(folder: string): string | null {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const file = path.join(at, 'codenode.yaml')
    if (canBeRead(file)) return file
    if (at === path.dirname(at)) return null
  }
}

function canBeRead(file: string): boolean {
  try {
    readFileSync(file)
    return true
  } catch (error) {
    // A file that is there but may not be read must not be passed over: reading it again tells why.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
}

function readSettings(file: string): { settings: unknown; issues: Issue[] } {
  try {
    const parsed = parseYaml(readFileSync(file, 'utf8'))
    if (parsed.status === 'parsed') return { settings: parsed.value, issues: [] }
    const issues = parsed.problems.map(({ line, column, message }) => ({
      path: line === null ? file : `${file}, line ${line}, column ${column}`,
      message: `cannot be read: ${message}`,
    }))
    return { settings: {}, issues }
  } catch (error) {
    return { settings: {}, issues: [{ path: file, message: `cannot be read: ${(error as Error).message}.` }] }
  }
}

type Read<Value> = { value?: Value; issue?: Issue }

function readIsolation(env: Env): Read<IsolationLevel> {
  const text = env.CODENODE_ISOLATION?.trim()
  if (!text) return {}
  const value = isolationLevels.find((level) => level === text)
  if (value) return { value }
  return {
    issue: {
      path: 'CODENODE_ISOLATION',
      message: `is ${quote(text)}; it must be one of ${isolationLevels.join(', ')}.`,
    },
  }
}

function readLogLevel(env: Env): Read<ServiceConfig['logLevel']> {
  const text = env.CODENODE_LOG_LEVEL?.trim()
  if (!text) return {}
  const value = logLevels.find((level) => level === text)
  if (value) return { value }
  const message = `is ${quote(text)}; it must be one of ${logLevels.join(', ')}.`
  return { issue: { path: 'CODENODE_LOG_LEVEL', message } }
}

/** Values with commas between them; undefined where there are none. */
function readList(text: string | undefined): string[] | undefined {
  const values = (text ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter(Boolean)
  return values.length > 0 ? values : undefined
}

function checkOrigins(origins: readonly string[]): Issue[] {
  return origins
    .filter((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)
    .map((origin) => ({
      path: 'corsOrigins',
      message: `holds ${quote(origin)}; an origin is a scheme, a host and perhaps a port, such as https://flows.example.org.`,
    }))
}

/** Of the file it is checked with the rest. */
function checkMetricsKey(key: string | null): Issue[] {
  if (key === null || key.length >= 16) return []
  return [{ path: 'CODENODE_METRICS_KEY', message: 'is shorter than 16 characters; use a random key.' }]
}

function checkTraces(address: string | null): Issue[] {
  if (address === null || /^https?:$/.test(URL.parse(address)?.protocol ?? '')) return []
  return [
    { path: 'traces', message: `is ${quote(address)}; it must be an address such as http://collector:4318/v1/traces.` },
  ]
}

/** Dify's name counts in seconds. */
function readWorkflowMs(env: Env): Read<number> {
  const ours = readCount('workflowMs', env, 1, maxWorkflowMs)
  if (ours.value !== undefined || ours.issue) return ours
  const difys = readCount('workflowSeconds', env, 1, maxWorkflowMs / 1000)
  return difys.value === undefined ? difys : { value: difys.value * 1000 }
}

function readCount(name: keyof typeof numberNames, env: Env, least: number, most: number): Read<number> {
  for (const variable of numberNames[name]) {
    const text = env[variable]?.trim()
    if (!text) continue
    const value = Number(text)
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return { value }
    const message = `is ${quote(text)}; it must be a whole number from ${least} to ${most}.`
    return { issue: { path: variable, message } }
  }
  return {}
}
