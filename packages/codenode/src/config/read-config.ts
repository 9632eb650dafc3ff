import { readFileSync } from 'node:fs'
import path from 'node:path'
import type * as z from 'zod'
import { CodenodeError } from '../contract/error.ts'
import { explainUnknownNames } from '../contract/explain-unknown-name.ts'
import { explainZodIssue } from '../contract/explain-zod-issue.ts'
import type { Issue } from '../contract/failures.ts'
import { type IsolationLevel, isolationLevels } from '../contract/isolation.ts'
import type { ServerLimits } from '../contract/limits.ts'
import { type BigIntegers, bigIntegerForms } from '../contract/node-words.ts'
import { checkLimits } from '../contract/read-limits.ts'
import { findTimeZone } from '../contract/time-zone.ts'
import { describeValue, isObject, quote } from '../contract/values.ts'
import { checkApiKeys } from './check-api-keys.ts'
import { checkFound } from './check-found.ts'
import { checkNames, type Env, numberNames } from './environment.ts'
import { type FileSettings, fileSchema, logLevels, maxWorkflowMs } from './file-schema.ts'
import { type ConfigFile, findConfig } from './find-config.ts'
import { parseYaml } from './parse-yaml.ts'

/** The service's configuration: `codenode.yaml`, then the environment, which wins. What is not set is undefined. */
export type Config = {
  /** The file that was read; null: there is none. */
  file: string | null
  dataDir: string | undefined
  packagesDir: string | undefined
  isolation: IsolationLevel | undefined
  /** What whole numbers beyond 2^53 are in JavaScript, unless a node says otherwise. */
  bigIntegers: BigIntegers
  spares: number | undefined
  maxRunning: number | undefined
  maxWaiting: number | undefined
  /** Local time of the code. */
  timeZone: string
  /** When the interpreters are replaced by new ones. */
  renewal: { runs?: number; hours?: number }
  /** Threads for the sandbox. Undefined: as the cores say. */
  hosts: number | undefined
  limits: ServerLimits
  /** Time for a whole workflow. */
  workflowMs: number
  packages: PackageLists
  service: ServiceConfig
  /** What the operator should know about the settings, one line each. */
  notices: readonly string[]
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

/**
 * Reads the configuration. Without `file`: `CODENODE_CONFIG`, else the nearest codenode.yaml from `folder` upwards, else
 * none. Throws `configuration_invalid` with everything that is wrong.
 */
export function readConfig(options: { file?: string | undefined; env?: Env; folder?: string } = {}): Config {
  const { file, env = process.env, folder = process.cwd() } = options
  const { found, issues } = findConfig({ file, env, folder })
  const raw = found === null ? { settings: {}, issues: [] } : readSettings(found.file)
  const checked = checkConfig(raw.settings, env, found)
  const all = [...issues, ...raw.issues, ...checked.issues]
  // A name that is spelled wrong may be why something else is missing.
  if (all.length > 0)
    throw new CodenodeError('configuration_invalid', { issues: [...all, ...checkNames(env).misspelt] })
  return checked.config
}

/** What the settings of a file and the environment come to, with every problem of both. */
export function checkConfig(
  settings: unknown,
  env: Env,
  source: ConfigFile | null,
): { config: Config; issues: Issue[] } {
  const issues: Issue[] = []
  const parsed = fileSchema.safeParse(settings ?? {}, { reportInput: true })
  issues.push(...(parsed.error?.issues.flatMap(explain) ?? []))
  // What is wrong is in the issues; the rest is still read, so that all problems are told at once.
  const known: FileSettings = parsed.data ?? {}
  const file = source?.file ?? null
  const found = source?.origin === 'found' ? checkFound(known, source.file) : { issues: [], notices: [] }
  const keys = readApiKeys(env, known)
  const limits = checkLimits(isObject(settings) ? settings.limits : undefined, env)
  const isolation = readWord(env, 'CODENODE_ISOLATION', isolationLevels)
  const bigIntegers = readWord(env, 'CODENODE_JS_BIG_INTEGERS', bigIntegerForms)
  const spares = readCount('spares', env, 0, 1000)
  const maxRunning = readCount('maxRunning', env, 1, 1000)
  const maxWaiting = readCount('maxWaiting', env, 0, 1_000_000)
  const hosts = readCount('hosts', env, 0, 64)
  const renewalRuns = readCount('renewalRuns', env, 1, 100_000_000)
  const renewalHours = readCount('renewalHours', env, 1, 8760)
  const port = readCount('port', env, 0, 65_535)
  const maxRunsPerKey = readCount('maxRunsPerKey', env, 1, 1_000_000)
  const maxWaitingMb = readCount('maxWaitingMb', env, 1, 1_000_000)
  const maxRuns = readCount('maxRuns', env, 0, 100_000_000)
  const maxMb = readCount('maxMb', env, 1, 100_000_000)
  const maxAgeDays = readCount('maxAgeDays', env, 1, 36_500)
  const stopMs = readCount('stopMs', env, 0, 3_600_000)
  const logLevel = readLogLevel(env)
  const workflowMs = readWorkflowMs(env)
  const zone = findTimeZone(env, { path: 'timeZone', value: known.timeZone })
  issues.push(...limits.issues, ...found.issues, ...keys.issues)
  const reads = [isolation, spares, maxRunning, maxWaiting, port, maxRunsPerKey, maxRuns, maxAgeDays, stopMs, logLevel]
  const others = [bigIntegers, workflowMs, hosts, renewalRuns, renewalHours, maxWaitingMb, maxMb, zone]
  for (const read of [...reads, ...others]) if (read.issue) issues.push(read.issue)
  const service: ServiceConfig = {
    host: env.CODENODE_HOST || (known.host ?? '127.0.0.1'),
    port: port.value ?? known.port ?? defaultPort,
    apiKeys: keys.value,
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
    ...checkOrigins(service.corsOrigins, readList(env.CODENODE_CORS_ORIGINS) ? 'CODENODE_CORS_ORIGINS' : 'corsOrigins'),
    ...checkTraces(service.traces, env.CODENODE_TRACES ? 'CODENODE_TRACES' : 'traces'),
    ...checkMetricsKey(service.metricsKey, env.CODENODE_METRICS_KEY ? 'CODENODE_METRICS_KEY' : 'metricsKey'),
  )
  const folder = file === null ? process.cwd() : path.dirname(file)
  const config: Config = {
    file,
    dataDir: env.CODENODE_DATA_DIR || toPath(folder, known.dataDir),
    packagesDir: env.CODENODE_PACKAGES_DIR || toPath(folder, known.packagesDir),
    isolation: isolation.value ?? known.isolation,
    bigIntegers: bigIntegers.value ?? known.bigIntegers ?? 'bigint',
    spares: spares.value ?? known.spares,
    maxRunning: maxRunning.value ?? known.maxRunning,
    maxWaiting: maxWaiting.value ?? known.maxWaiting,
    hosts: hosts.value ?? known.hosts,
    timeZone: zone.timeZone,
    renewal: toRenewal(renewalRuns.value ?? known.renewal?.runs, renewalHours.value ?? known.renewal?.hours),
    limits: limits.limits,
    // Dify's own default.
    workflowMs: workflowMs.value ?? known.workflowMs ?? 1_200_000,
    packages: { python: known.packages?.python ?? [], javascript: known.packages?.javascript ?? [] },
    service,
    notices: [...found.notices, ...keys.notices, ...checkNames(env).notices],
  }
  return { config, issues: file === null ? issues : issues.map((issue) => nameFile(issue, file)) }
}

function explain(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') return explainUnknownNames(issue, fileSchema, 'a setting')
  if (issue.path.length > 0) return explainZodIssue(issue)
  const message = `is ${describeValue(issue.input)}; it must hold settings by name, such as port: 8194.`
  return [{ path: wholeFile, message }]
}

const wholeFile = 'codenode.yaml'

/** What the environment has set is named in capitals. */
function nameFile({ path: at, message }: Issue, file: string): Issue {
  if (/^[A-Z][A-Z_]+$/.test(at)) return { path: at, message }
  return { path: at === wholeFile ? file : `${file}: ${at}`, message }
}

function toPath(folder: string, named: string | undefined): string | undefined {
  return named === undefined ? undefined : path.resolve(folder, named)
}

function toRenewal(runs: number | undefined, hours: number | undefined): Config['renewal'] {
  return { ...(runs === undefined ? {} : { runs }), ...(hours === undefined ? {} : { hours }) }
}

function readApiKeys(env: Env, known: FileSettings): { value: readonly string[]; issues: Issue[]; notices: string[] } {
  const [source, value] = (
    [
      ['CODENODE_API_KEYS', readList(env.CODENODE_API_KEYS)],
      ['API_KEY', readList(env.API_KEY)],
      ['apiKeys', known.apiKeys],
    ] as const
  ).find(([, keys]) => keys !== undefined) ?? ['apiKeys', []]
  return { value: value ?? [], ...checkApiKeys(value ?? [], source) }
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

function readWord<Word extends string>(env: Env, name: string, words: readonly Word[]): Read<Word> {
  const text = env[name]?.trim()
  if (!text) return {}
  const value = words.find((word) => word === text)
  if (value) return { value }
  return { issue: { path: name, message: `is ${quote(text)}; it must be one of ${words.join(', ')}.` } }
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

function checkOrigins(origins: readonly string[], source: string): Issue[] {
  return origins
    .filter((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)
    .map((origin) => ({
      path: source,
      message: `holds ${quote(origin)}; an origin is a scheme, a host and perhaps a port, such as https://flows.example.org.`,
    }))
}

/** As for every key: long enough not to be guessed. */
function checkMetricsKey(key: string | null, source: string): Issue[] {
  if (key === null || key.length >= 16) return []
  return [
    { path: source, message: `has ${key.length} characters; a key has at least 16 (openssl rand -hex 32 makes one).` },
  ]
}

function checkTraces(address: string | null, source: string): Issue[] {
  if (address === null || /^https?:$/.test(URL.parse(address)?.protocol ?? '')) return []
  return [
    { path: source, message: `is ${quote(address)}; it must be an address such as http://collector:4318/v1/traces.` },
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
