import { limitNames } from '../contract/limits.ts'
import { flatSettings, groupNames } from './flat-settings.ts'
import type { Origin, Reading } from './read-setting.ts'
import type { AnySetting, SettingValue } from './setting.ts'
import { groupTitles, programNames, programVariables } from './settings.ts'
import { showValue } from './show-value.ts'

/** One setting that is in force. `value` is never a secret; null: none is set. `shown`: the same for people. */
export type InForce = { name: string; value: SettingValue; shown: string; origin: Origin }

export type InForceGroup = { title: string; settings: readonly InForce[] }

/** Everything that is in force, in the order of the reference page. */
export function listInForce(readings: ReadonlyMap<string, Reading>, cores: number): InForceGroup[] {
  const of = (name: string) => readings.get(name) ?? { value: undefined, origin: { from: 'default' } as const }
  const groups = groupNames.map((group) => ({
    title: groupTitles[group],
    settings: flatSettings
      .filter((flat) => flat.group === group)
      .map(({ path, setting }) => describe(path, setting, of(path), cores)),
  }))
  const limits = limitNames.map((limit) => `limits.${limit}`).map((name) => plain(name, of(name), 'none'))
  const programs = programNames.map((name) => plain(name, of(name), toPlain(programVariables[name].defaultSays)))
  return [...groups, { title: 'Limits of a run', settings: limits }, { title: 'Programs', settings: programs }]
}

function describe(name: string, setting: AnySetting, { value, origin }: Reading, cores: number): InForce {
  if (value === undefined || value === null) {
    const inForce = setting.inForce?.(cores)
    const shown = String(inForce ?? toPlain(setting.defaultSays ?? 'none'))
    return { name, value: inForce ?? null, shown, origin }
  }
  const shown = showValue(setting, value)
  if (setting.isSecret && Array.isArray(value) && value.length === 0) return { name, value, shown, origin }
  return { name, value: setting.isSecret || setting.kind.isAddress ? shown : value, shown, origin }
}

function plain(name: string, { value = null, origin }: Reading, otherwise: string): InForce {
  return { name, value, shown: value === null ? otherwise : String(value), origin }
}

/** A terminal shows no code. */
const toPlain = (text: string): string => text.replaceAll('`', '')
