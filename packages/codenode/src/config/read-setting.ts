import { readFileSync } from 'node:fs'
import type { Issue } from '../contract/failures.ts'
import { type LimitName, limitTable, type ServerLimits } from '../contract/limits.ts'
import { isObject, quote } from '../contract/values.ts'
import { type Env, fileEnding } from './environment.ts'
import type { FlatSetting } from './flat-settings.ts'
import type { AnySetting, SettingValue } from './setting.ts'
import type { ProgramVariable } from './settings.ts'

/** Where a value comes from. `file`: its path. `environment`, `option`: the name under which it was given. */
export type Origin =
  | { from: 'default' }
  | { from: 'file'; file: string }
  | { from: 'environment'; name: string }
  | { from: 'option'; name: string }

/** A value that is in force, and where it comes from. */
export type Reading = { value: SettingValue; origin: Origin }

/** What the file has at the path of a setting; undefined where it has nothing, or something wrong. */
export type Written = (path: string) => SettingValue

export type Given = {
  env: Env
  written: Written
  /** The block `limits` of the file. */
  limits: unknown
  file: string
  cores: number
}

type Found = Reading & { issues: Issue[]; notices: readonly string[] }

/** What is in force: a variable, else the file, else a variable that is not ours alone, else the default. */
export function readSetting({ path, setting }: FlatSetting, { env, written, file, cores }: Given): Found {
  const byDefault: Reading = { value: setting.defaultOf(cores), origin: { from: 'default' } }
  for (const { name: own, kind } of setting.env) {
    const { name, text, issue } = setting.isSecret ? readSecret(own, env) : { name: own, text: env[own], issue: null }
    if (issue) return { ...byDefault, issues: [issue], notices: [] }
    if (text === undefined || kind.isUnset(text)) continue
    const value = kind.fromText(text)
    if (value !== undefined) return check(setting, { value, origin: { from: 'environment', name } }, name)
    const found = setting.isSecret ? 'has something else' : `is ${quote(text.trim())}`
    const message = `${found}; it must be ${kind.allowed}.`
    return { ...byDefault, issues: [{ path: name, message }], notices: [] }
  }
  const inFile = written(path) ?? undefined
  if (inFile !== undefined) return check(setting, { value: inFile, origin: { from: 'file', file } }, path)
  const { general } = setting
  const text = general && env[general.name]?.trim()
  if (!general || !text) return { ...byDefault, issues: [], notices: [] }
  const { value, notice } = general.read(text)
  if (value === undefined) return { ...byDefault, issues: [], notices: notice === undefined ? [] : [notice] }
  return { value, origin: { from: 'environment', name: general.name }, issues: [], notices: [] }
}

/** A secret can stand in a file, as orchestrators hand them over: then a variable with the ending `_FILE` names it. */
function readSecret(own: string, env: Env): { name: string; text: string | undefined; issue: Issue | null } {
  const name = own + fileEnding
  const file = env[name]?.trim()
  if (!file) return { name: own, text: env[own], issue: null }
  const refuse = (message: string) => ({ name, text: undefined, issue: { path: name, message } })
  if (env[own]?.trim()) return refuse(`is set, and so is ${own}; only one of them can be.`)
  try {
    // One key a line, or as in the variable.
    return {
      name,
      text: readFileSync(file, 'utf8')
        .trim()
        .split(/\s*\n\s*/)
        .join(','),
      issue: null,
    }
  } catch (error) {
    return refuse(`is ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}

/** `source`: the name under which the value was set. */
function check(
  setting: AnySetting,
  reading: { value: NonNullable<SettingValue>; origin: Origin },
  source: string,
): Found {
  const { issues, notices = [] } = setting.check?.(reading.value, source) ?? { issues: [] }
  return { ...reading, issues: issues.map((message) => ({ path: source, message })), notices }
}

/** `values`: all limits, read together, since some follow from others. */
export function readLimit(name: LimitName, values: ServerLimits, { env, limits: block, file }: Given): Reading {
  const variable = limitTable[name].env.find((it) => env[it.name]?.trim())
  const isInFile = isObject(block) && (block[name] ?? undefined) !== undefined
  const inFile: Origin = isInFile ? { from: 'file', file } : { from: 'default' }
  return { value: values[name], origin: variable ? { from: 'environment', name: variable.name } : inFile }
}

/** A program is read where it is started; here it is only told. */
export function readProgram(name: ProgramVariable, env: Env): Reading {
  const value = env[name] || undefined
  return { value, origin: value === undefined ? { from: 'default' } : { from: 'environment', name } }
}
