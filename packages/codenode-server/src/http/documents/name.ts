import * as z from 'zod'

/** The name of a schema among the components of the document. */
export function name(schema: z.ZodType, id: string): void {
  z.globalRegistry.add(schema, { id })
}

/** The names of the members of a union, in their order. */
export function nameEach({ options }: { options: readonly z.core.SomeType[] }, ...ids: string[]): void {
  if (options.length !== ids.length) throw new Error(`${ids.length} names for ${options.length} schemas`)
  // What Zod makes is a ZodType, which the type of a union does not say.
  for (const [index, option] of options.entries()) name(option as z.ZodType, ids[index] ?? '')
}
