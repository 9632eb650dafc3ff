import type * as z from 'zod'
import type { Issue } from '../contract/failures.ts'
import { formatPath } from '../contract/paths.ts'
import { isObject } from '../contract/values.ts'
import { closeNames } from '../values/close-names.ts'
import { fieldsOf, isStrict } from './schema-fields.ts'

/** Of names that mean nothing, so many are looked at: to compare names takes time, and nobody writes more. */
const mostCompared = 200

/** A shorter name is too soon another one: `mode` is no slip of `code`. */
const shortestName = 5

/**
 * Settings that have no meaning and are nearly called like one that has: `retry_confg`. Any others are an editor's own, which are
 * kept and not told. Settings inside settings are looked at as well, where they are objects; where unknown ones are refused,
 * that is told instead.
 */
export function findMisspelt(settings: Record<string, unknown>, schema: z.core.$ZodType, path: string): Issue[] {
  const fields = fieldsOf(schema)
  const free = Object.keys(fields).filter((name) => name.length >= shortestName && !Object.hasOwn(settings, name))
  let compared = 0
  return Object.entries(settings).flatMap(([name, value]): Issue[] => {
    const at = formatPath(path, [name])
    if (Object.hasOwn(fields, name)) {
      const inner = isObject(value) && !isStrict(fields[name]) && fields[name]
      return inner ? findMisspelt(value, inner, at) : []
    }
    if (compared++ >= mostCompared) return []
    const [meant] = closeNames(name, free)
    return meant === undefined
      ? []
      : [{ path: at, message: `is not a setting, so it is ignored. Did you mean ${meant}?` }]
  })
}
