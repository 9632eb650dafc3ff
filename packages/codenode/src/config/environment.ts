import type { Issue } from '../contract/failures.ts'
import { listNames } from '../contract/issues.ts'
import { limitTable } from '../contract/limits.ts'
import { closeNames } from '../values/close-names.ts'
import { flatSettings } from './flat-settings.ts'
import { configVariable, programVariables } from './settings.ts'

export type Env = Readonly<Record<string, string | undefined>>

const prefix = 'CODENODE_'

/** Of variables that name a file with a secret, in place of the secret. */
export const fileEnding = '_FILE'

/** All that the environment can set; Dify's names are among them. */
const variables: ReadonlySet<string> = new Set([
  configVariable,
  ...flatSettings.flatMap(({ setting }) => setting.env.map(({ name }) => name)),
  ...flatSettings.flatMap(({ setting }) => (setting.isSecret ? setting.env.map(({ name }) => name + fileEnding) : [])),
  ...Object.values(limitTable).flatMap(({ env }) => env.map(({ name }) => name)),
  ...Object.keys(programVariables),
])

/** All that the environment can set under a name of ours. */
export const environmentNames: readonly string[] = [...variables].filter((name) => name.startsWith(prefix))

/** Whether an issue is about the environment, not about the file. */
export function isVariable(path: string): boolean {
  return variables.has(path)
}

/**
 * Names like ours that set nothing. They do not stop the start: Kubernetes names the address of a service called codenode so,
 * and others have variables of their own. Values are never told, since one can be a key.
 */
export function checkNames(env: Env): { misspelt: Issue[]; notices: string[] } {
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith(prefix) && env[name] !== undefined && !environmentNames.includes(name),
  )
  const misspelt: Issue[] = []
  const strangers: string[] = []
  for (const name of unknown) {
    const meant = findMeant(name)
    if (meant === undefined) strangers.push(name)
    else misspelt.push({ path: name, message: `is not a setting and has no effect. Did you mean ${meant}?` })
  }
  const notices = misspelt.map(({ path, message }) => `${path} ${message}`)
  if (strangers.length > 0) notices.push(`not a setting, and without effect: ${listNames(strangers)}.`)
  return { misspelt, notices }
}

/** What all have in common says nothing about which one is meant. */
function findMeant(name: string): string | undefined {
  const own = environmentNames.map((it) => it.slice(prefix.length))
  const [close] = closeNames(name.slice(prefix.length), own)
  return close === undefined ? undefined : prefix + close
}
