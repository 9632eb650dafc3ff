import { closeNames } from '../contract/close-names.ts'
import type { Issue } from '../contract/failures.ts'
import { listNames } from '../contract/issues.ts'
import { limitTable } from '../contract/limits.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** The environment's names for numbers; where there are two, the first one that is set counts. */
export const numberNames = {
  spares: ['CODENODE_SPARES'],
  maxRunning: ['CODENODE_MAX_RUNNING', 'MAX_WORKERS'],
  maxWaiting: ['CODENODE_MAX_WAITING', 'MAX_REQUESTS'],
  hosts: ['CODENODE_HOSTS'],
  renewalRuns: ['CODENODE_RENEWAL_RUNS'],
  renewalHours: ['CODENODE_RENEWAL_HOURS'],
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

const prefix = 'CODENODE_'

/** All that the environment can set under a name of ours. */
export const environmentNames: readonly string[] = [
  ...Object.values(numberNames).flat(),
  ...Object.values(limitTable).flatMap(({ env }) => env.map(({ name }) => name)),
  ...['CODENODE_CONFIG', 'CODENODE_DATA_DIR', 'CODENODE_PACKAGES_DIR', 'CODENODE_ISOLATION', 'CODENODE_LOG_LEVEL'],
  ...['CODENODE_HOST', 'CODENODE_API_KEYS', 'CODENODE_METRICS_KEY', 'CODENODE_CORS_ORIGINS', 'CODENODE_TRACES'],
  ...['CODENODE_BWRAP', 'CODENODE_PYTHON', 'CODENODE_NODE', 'CODENODE_JS_BIG_INTEGERS', 'CODENODE_TZ'],
].filter((name) => name.startsWith(prefix))

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
