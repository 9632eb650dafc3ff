import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import type * as z from 'zod'
import { CodenodeError } from '../contract/error.ts'
import type { Issue } from '../contract/failures.ts'
import { limitNames, type ServerLimits } from '../contract/limits.ts'
import { describeValue, isObject } from '../contract/values.ts'
import { explainUnknownNames } from '../reading/explain-unknown-name.ts'
import { explainZodIssue } from '../reading/explain-zod-issue.ts'
import { checkLimits } from '../reading/read-limits.ts'
import { checkFound } from './check-found.ts'
import { checkNames, type Env, isVariable } from './environment.ts'
import { fileSchema } from './file-schema.ts'
import { type ConfigFile, findConfig } from './find-config.ts'
import { flatSettings } from './flat-settings.ts'
import { parseYaml } from './parse-yaml.ts'
import { type Given, type Reading, readLimit, readProgram, readSetting } from './read-setting.ts'
import { isBlock, type SettingTable, type SettingValue, type ValuesOf } from './setting.ts'
import { type GroupName, programNames, settings } from './settings.ts'

/** The service's configuration: `codenode.yaml`, then the environment, which wins. The table in settings.ts tells of each. */
export type Config = Block<'places'> &
  Block<'runs'> &
  Block<'code'> & {
    /** The file that was read; null: there is none. */
    file: string | null
    limits: ServerLimits
    service: ServiceConfig
    /** What is in force, by path in codenode.yaml, programs by variable; and where it comes from. */
    readings: ReadonlyMap<string, Reading>
    /** What the operator should know about the settings, one line each. */
    notices: readonly string[]
  }

/** What only the service needs: `serve` and `mcp`. */
export type ServiceConfig = Block<'service'> & Block<'clients'> & Block<'kept'> & Block<'telemetry'>

/** Packages that the operator adds to the standard set, each with its version. */
export type PackageLists = Config['packages']

type Block<Name extends GroupName> = ValuesOf<(typeof settings)[Name]>

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
  cores = availableParallelism(),
): { config: Config; issues: Issue[] } {
  const file = source?.file ?? null
  const parsed = fileSchema.safeParse(settings ?? {}, { reportInput: true })
  const block = isObject(settings) ? settings.limits : undefined
  const given: Given = { env, written: readValues(settings, file), limits: block, file: file ?? wholeFile, cores }
  const limits = checkLimits(block, env)
  const found = source?.origin === 'found' ? checkFound(given) : { issues: [], notices: [] }
  const read = flatSettings.map((flat) => ({ path: flat.path, ...readSetting(flat, given) }))
  const issues = [
    ...(parsed.error?.issues.flatMap(explain) ?? []),
    ...limits.issues,
    ...found.issues,
    ...read.flatMap((one) => one.issues),
  ]
  const readings = new Map<string, Reading>([
    ...read.map(({ path: at, value, origin }) => [at, { value, origin }] as const),
    ...limitNames.map((name) => [`limits.${name}`, readLimit(name, limits.limits, given)] as const),
    ...programNames.map((name) => [name, readProgram(name, env)] as const),
  ])
  const config: Config = {
    file,
    ...pick('places', readings),
    ...pick('runs', readings),
    ...pick('code', readings),
    limits: limits.limits,
    service: {
      ...pick('service', readings),
      ...pick('clients', readings),
      ...pick('kept', readings),
      ...pick('telemetry', readings),
    },
    readings,
    notices: [...found.notices, ...read.flatMap((one) => one.notices), ...checkNames(env).notices],
  }
  return { config, issues: file === null ? issues : issues.map((issue) => nameFile(issue, file)) }
}

/** What is wrong in the file counts as missing: it is in the issues, and the rest is still read. */
function readValues(settings: unknown, file: string | null): Given['written'] {
  const folder = file === null ? process.cwd() : path.dirname(file)
  const at = (name: string): unknown =>
    name.split('.').reduce<unknown>((block, step) => (isObject(block) ? block[step] : undefined), settings)
  const values = new Map<string, SettingValue>()
  for (const { path: name, setting } of flatSettings) {
    const value = setting.kind.schema.safeParse(at(name)).data
    values.set(name, setting.kind.isPath && typeof value === 'string' ? path.resolve(folder, value) : value)
  }
  return (name) => values.get(name)
}

/** The values of a group, in blocks as the file has them. */
function pick<Name extends GroupName>(group: Name, readings: ReadonlyMap<string, Reading>): Block<Name> {
  const build = (table: SettingTable, prefix: string): object =>
    Object.fromEntries(
      Object.entries(table).map(([name, entry]) => [
        name,
        isBlock(entry) ? build(entry, `${prefix}${name}.`) : readings.get(prefix + name)?.value,
      ]),
    )
  // Each reading has the type of its own setting.
  return build(settings[group], '') as Block<Name>
}

function explain(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') return explainUnknownNames(issue, fileSchema, 'a setting')
  const [name] = issue.path
  const secret = flatSettings.find(({ path: at, setting }) => setting.isSecret && at === name)
  if (secret) return [{ path: secret.path, message: `must be ${secret.setting.kind.allowed}.` }]
  if (issue.path.length > 0) return explainZodIssue(issue)
  const message = `is ${describeValue(issue.input)}; it must hold settings by name, such as port: 8194.`
  return [{ path: wholeFile, message }]
}

const wholeFile = 'codenode.yaml'

/** What the environment has set keeps its name. */
function nameFile({ path: at, message }: Issue, file: string): Issue {
  if (isVariable(at)) return { path: at, message }
  return { path: at === wholeFile ? file : `${file}: ${at}`, message }
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
