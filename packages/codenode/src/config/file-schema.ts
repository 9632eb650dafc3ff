import * as z from 'zod'
import { type AnySetting, isBlock, type SettingTable } from './setting.ts'
import { settings } from './settings.ts'

/** codenode.yaml, from the table. `limits` is read by the contract, which knows them. */
export const fileSchema = z.strictObject({
  ...Object.assign({}, ...Object.values<SettingTable>(settings).map(toShape)),
  limits: z.unknown().optional(),
} as z.ZodRawShape)

function toShape(table: SettingTable): Record<string, z.ZodType> {
  return Object.fromEntries(
    Object.entries(table).map(([name, entry]) => [
      name,
      // A block of which every line is a comment is null.
      isBlock(entry) ? z.strictObject(toShape(entry)).nullish() : toField(entry),
    ]),
  )
}

/** Null is a value where it is the default. */
function toField({ kind, defaultOf }: AnySetting): z.ZodType {
  return defaultOf(1) === null ? kind.schema.nullish() : kind.schema.optional()
}
