import type { Kind } from './kinds.ts'

/** One setting: all that is known about it. What reads it, lists it and documents it takes it from here. */
export type Setting<Value> = {
  /** What it is, with its unit. */
  summary: string
  kind: Kind<NonNullable<Value>>
  /** The variables that set it; the first one that is set counts, and each wins over the file. */
  env: readonly Variable<NonNullable<Value>>[]
  /** A variable that is not ours alone. It counts where nothing else is set, and never stops the start. */
  general?: { name: string; read: (text: string) => { value?: Value; notice?: string } }
  defaultOf: (cores: number) => Value
  /** The default in words, where it is more than a value. */
  defaultSays?: string
  /** What is in force where the value is undefined: what the pool or the places make of that. */
  inForce?: (cores: number) => string | number
  /** Its value is never shown. */
  isSecret?: true
  /** A file that is only found cannot set it, since a cloned repository can bring one. */
  mustBeNamed?: true
  /** Whether a value lets more through than the default does. */
  isLooser?(value: NonNullable<Value>): boolean
  /** What no kind can tell. `source`: the name under which it was set. */
  check?(value: NonNullable<Value>, source: string): Findings
}

/** What a setting can have. Undefined: what uses it decides. */
export type SettingValue = string | number | bigint | boolean | readonly string[] | null | undefined

export type AnySetting = Setting<SettingValue>

/** `issues` stop the start; `notices` are told. */
export type Findings = { issues: readonly string[]; notices?: readonly string[] }

export type Variable<Value> = { name: string; unit?: 'seconds'; kind: Kind<Value> }

/** Settings by the names that they have in codenode.yaml, some of them in blocks. */
export type SettingTable = { readonly [name: string]: AnySetting | SettingTable }

export type ValuesOf<Table> = {
  [Name in keyof Table]: Table[Name] extends Setting<infer Value> ? Value : ValuesOf<Table[Name]>
}

type Entry<Value> = Omit<Setting<Value>, 'env' | 'defaultOf'> & {
  /** None: the file alone sets it. */
  env?: readonly (string | Variable<NonNullable<Value>>)[]
  /** What follows the cores is a function of their number. Undefined: what uses the setting decides. */
  default: Value | ((cores: number) => Value)
}

export function setting<Value>({ env = [], default: standard, ...rest }: Entry<Value>): Setting<Value> {
  return {
    ...rest,
    env: env.map((one) => (typeof one === 'string' ? { name: one, kind: rest.kind } : one)),
    // No value of a setting is a function.
    defaultOf: typeof standard === 'function' ? (standard as (cores: number) => Value) : () => standard,
  }
}

/** A variable that counts in seconds what the setting has in milliseconds. */
export function inSeconds(name: string, kind: Kind<number>): Variable<number> {
  const fromText = (text: string) => {
    const seconds = kind.fromText(text)
    return seconds === undefined ? undefined : seconds * 1000
  }
  return { name, unit: 'seconds', kind: { ...kind, fromText, allowed: `${kind.allowed}, in seconds` } }
}

/** What is a block of settings, and no setting itself. */
export function isBlock(entry: SettingTable[string]): entry is SettingTable {
  return !('kind' in entry && 'summary' in entry)
}
