import { type AnySetting, isBlock, type SettingTable } from './setting.ts'
import { type GroupName, settings } from './settings.ts'

/** One setting of the table, with its path in codenode.yaml: `history.maxRuns`. */
export type FlatSetting = { path: string; group: GroupName; setting: AnySetting }

// Object.keys knows only strings; the keys are exactly the names.
export const groupNames = Object.keys(settings) as GroupName[]

/** All settings, in the order of the table. */
export const flatSettings: readonly FlatSetting[] = groupNames.flatMap((group) => flatten(group, settings[group], ''))

function flatten(group: GroupName, table: SettingTable, prefix: string): FlatSetting[] {
  return Object.entries(table).flatMap(([name, entry]): FlatSetting[] => {
    const path = prefix + name
    return isBlock(entry) ? flatten(group, entry, `${path}.`) : [{ path, group, setting: entry }]
  })
}
