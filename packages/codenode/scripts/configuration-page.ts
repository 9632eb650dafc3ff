import { flatSettings, groupNames } from '../src/config/flat-settings.ts'
import type { AnySetting } from '../src/config/setting.ts'
import { groupTitles, programNames, programVariables } from '../src/config/settings.ts'
import { showValue } from '../src/config/show-value.ts'
import { type LimitName, limitNames, limitTable, nodeLimitNames } from '../src/contract/limits.ts'
import { code, fillTemplate, table } from './page.ts'

/** The text of docs/configuration.md, made from the tables of settings and limits. */
export function configurationPage(): string {
  const sections = groupNames.map((group) => {
    const rows = flatSettings
      .filter((flat) => flat.group === group)
      .map(({ path, setting }) => [
        code(path),
        listVariables(setting),
        describeDefault(setting),
        describeAllowed(setting),
        setting.summary,
      ])
    return `## ${groupTitles[group]}\n\n${table(['setting', 'environment', 'default', 'allowed', 'what it is'], rows)}`
  })
  return fillTemplate('configuration.md', {
    settings: sections.join('\n'),
    limits: table(
      ['limit', 'environment', 'default', 'allowed', 'a node can lower it', 'what it is'],
      limitNames.map(describeLimit),
    ),
    programs: table(
      ['environment', 'default', 'what it is'],
      programNames.map((name) => [code(name), programVariables[name].defaultSays, programVariables[name].summary]),
    ),
  })
}

function listVariables({ env, general }: AnySetting): string {
  const names = env.map(nameVariable)
  if (general) names.push(`${code(general.name)}, where the file has none`)
  return names.length === 0 ? 'none' : names.join(', ')
}

function nameVariable({ name, unit }: { name: string; unit?: 'seconds' }): string {
  return unit === undefined ? code(name) : `${code(name)} (in ${unit})`
}

function describeDefault(setting: AnySetting): string {
  if (setting.defaultSays !== undefined) return setting.defaultSays
  const value = setting.defaultOf(1) ?? setting.inForce?.(1)
  const shown = showValue(setting, value)
  return shown === 'none' ? shown : code(shown)
}

function describeAllowed({ kind: { words, allowed } }: AnySetting): string {
  return words
    ? words
        .map(code)
        .join(', ')
        .replace(/, (?=[^,]*$)/, ' or ')
    : allowed.replace(/^(?:an?|the) /, '')
}

function describeLimit(name: LimitName): string[] {
  const { env, default: standard, min, max, summary } = limitTable[name]
  const allowed = typeof min === 'bigint' ? 'whole number' : `whole number from ${min} to ${max}`
  const canLower = nodeLimitNames.some((it) => it === name)
  return [
    code(`limits.${name}`),
    env.map(nameVariable).join(', '),
    standard === null ? 'none' : code(standard) + describeMebibytes(name, standard),
    allowed,
    canLower ? 'yes' : 'no',
    summary,
  ]
}

/** Bytes in whole mebibytes are easier to read as such. */
function describeMebibytes(name: LimitName, bytes: number | bigint): string {
  const mebibytes = Number(bytes) / 2 ** 20
  return name.endsWith('Bytes') && Number.isInteger(mebibytes) ? ` (${mebibytes} MiB)` : ''
}
