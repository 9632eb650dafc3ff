import { isLooser } from '../contract/allowed-limits.ts'
import type { Issue } from '../contract/failures.ts'
import { defaultIsolation } from '../contract/isolation.ts'
import { defaultLimits, limitNames } from '../contract/limits.ts'
import { checkLimits } from '../contract/read-limits.ts'
import type { FileSettings } from './file-schema.ts'

/**
 * What a file may not say that was only found, since a cloned repository can bring one: where programs and data lie. And
 * what it may say and the operator should know: whatever lets more through than the defaults do.
 */
export function checkFound(settings: FileSettings, file: string): { issues: Issue[]; notices: string[] } {
  const issues = (['dataDir', 'packagesDir'] as const)
    .filter((name) => settings[name] !== undefined)
    .map((path) => ({
      path,
      message: `counts only in a file that is named: --config ${file}, or CODENODE_CONFIG. This one was found from the working folder upwards.`,
    }))
  const looser = listLooser(settings)
  const notice =
    looser.length === 0
      ? `settings are read from ${file}.`
      : `${file}, found from the working folder upwards, loosens ${looser.join(', ')}. If that is not meant, name another file: --config or CODENODE_CONFIG.`
  return { issues, notices: [notice] }
}

/** Hosts that no other machine reaches. */
const here = ['127.0.0.1', '::1', 'localhost']

function listLooser(settings: FileSettings): string[] {
  const { limits } = checkLimits(settings.limits)
  const raised = limitNames.filter((name) => isLooser(name, limits[name], defaultLimits[name]))
  const isWeaker = settings.isolation !== undefined && settings.isolation !== defaultIsolation
  // Who may connect, where texts are sent and what is installed.
  const others = (['apiKeys', 'corsOrigins', 'traces', 'packages'] as const).filter((name) => settings[name])
  return [
    ...(isWeaker ? [`isolation: ${settings.isolation}`] : []),
    ...raised.map((name) => `limits.${name}: ${limits[name]}`),
    ...(settings.host !== undefined && !here.includes(settings.host) ? [`host: ${settings.host}`] : []),
    ...others,
  ]
}
