import type * as z from 'zod'

/** Whether an object's schema refuses members that it does not know. */
export function isStrict(schema: z.core.$ZodType | undefined): boolean {
  if (schema === undefined) return false
  const { def } = schema._zod
  if ('shape' in def) return (def as z.core.$ZodObjectDef).catchall?._zod.def.type === 'never'
  return 'innerType' in def && isStrict(def.innerType as z.core.$ZodType)
}

/** The members of an object's schema, also of an optional one or one with a default; of all else none. */
export function fieldsOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> {
  if (schema === undefined) return {}
  const { def } = schema._zod
  if ('shape' in def) return def.shape as Record<string, z.core.$ZodType>
  return 'innerType' in def ? fieldsOf(def.innerType as z.core.$ZodType) : {}
}
