import type { Issue } from '../contract/failures.ts'
import { defaultLimits, limitNames } from '../contract/limits.ts'
import { isLooser } from '../reading/allowed-limits.ts'
import { checkLimits } from '../reading/read-limits.ts'
import { flatSettings } from './flat-settings.ts'
import type { Given } from './read-setting.ts'
import { showValue } from './show-value.ts'

/**
 * What a file may not say that was only found, since a cloned repository can bring one: where programs and data lie. And
 * what it may say and the operator should know: whatever lets more through than the defaults do.
 */
export function checkFound({ written, limits, file }: Pick<Given, 'written' | 'limits' | 'file'>): {
  issues: Issue[]
  notices: readonly string[]
} {
  const issues = flatSettings
    .filter(({ path, setting }) => setting.mustBeNamed && written(path) !== undefined)
    .map(({ path }) => ({
      path,
      message: `counts only in a file that is named: --config ${file}, or CODENODE_CONFIG. This one was found from the working folder upwards.`,
    }))
  const looser = listLooser(written, limits)
  const notice =
    looser.length === 0
      ? `settings are read from ${file}.`
      : `${file}, found from the working folder upwards, loosens ${looser.join(', ')}. If that is not meant, name another file: --config or CODENODE_CONFIG.`
  return { issues, notices: [notice] }
}

function listLooser(written: Given['written'], block: unknown): string[] {
  const loosened = flatSettings.flatMap(({ path, setting }) => {
    const value = written(path) ?? undefined
    if (value === undefined || !setting.isLooser?.(value)) return []
    return [Array.isArray(value) ? path : `${path}: ${showValue(setting, value)}`]
  })
  const { limits } = checkLimits(block)
  const raised = limitNames.filter((name) => isLooser(name, limits[name], defaultLimits[name]))
  return [...loosened, ...raised.map((name) => `limits.${name}: ${limits[name]}`)]
}
