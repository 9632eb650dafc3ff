import * as z from 'zod'
import type { Issue } from '../contract/failures.ts'
import { isObject } from '../contract/values.ts'

/** A member of a request that must be there and that the service checks itself, in the same words at every door. */
export const checkedLater = z.unknown().optional()

/** Such members that are missing: of a request that is refused for something else, they are told as well. */
export function explainMissing(schema: z.ZodType, request: unknown): Issue[] {
  if (!(schema instanceof z.ZodObject) || !isObject(request)) return []
  return Object.entries(schema.shape)
    .filter(([name, member]) => member === checkedLater && request[name] === undefined)
    .map(([path]) => ({ path, message: 'is missing.' }))
}
