import type { Values } from './node-tests.ts'

/** Where the value of an input comes from, as long as nothing is typed in its place. */
export type InputSource =
  /** `from`: what gave it; `at`: when, as ISO text; null: not known. */
  | { name: 'known'; value: unknown; from: string; at: string | null }
  /** Of a setting, such as the default of the start node's input. */
  | { name: 'default'; value: unknown; from: string }
  /** `from` has to run first. */
  | { name: 'missing'; from: string; why: 'not run' | 'failed' | 'changed' }
  /** Nobody gives it: it has to be typed. */
  | { name: 'unset'; from: string }
  /** The variable is gone. */
  | { name: 'gone' }

/** By the name of the input; an input that is not there comes from nowhere. */
export type InputSources = Readonly<Record<string, InputSource>>

/** What the last run of the workflow gave the node, where no more is known. */
export function sourcesFrom(values: Values | undefined, from: string): InputSources {
  const entries = Object.entries(values ?? {})
  return Object.fromEntries(entries.map(([name, value]) => [name, { name: 'known', value, from, at: null }]))
}
