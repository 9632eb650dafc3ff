import path from 'node:path'
import type { Issue } from '../contract/failures.ts'
import { installation } from '../places/installation.ts'
import { searchUp } from '../places/search-up.ts'
import { whyNotTrusted } from '../places/trust.ts'

/**
 * Which file is read. `named`: the operator said so, or it lies beside the installation; what it says counts. `found`: it
 * lies in the working folder or above, perhaps in a repository that somebody else has written.
 */
export type ConfigFile = { file: string; origin: 'named' | 'found' }

export type ConfigSearch = {
  file: string | undefined
  env: Readonly<Record<string, string | undefined>>
  folder: string
}

/** Null: there is none. One that is not to be trusted stops the start, since the limits in it may be stricter than none. */
export function findConfig({ file, env, folder }: ConfigSearch): { found: ConfigFile | null; issues: Issue[] } {
  const named = file ?? (env.CODENODE_CONFIG || undefined)
  if (named !== undefined) return { found: { file: path.resolve(folder, named), origin: 'named' }, issues: [] }
  const nearest = searchUp('codenode.yaml', folder, env.HOME)
  if (nearest === null) return { found: null, issues: [] }
  const isOwn = path.dirname(nearest) === installation.root
  const why = whyNotTrusted(nearest, isOwn ? installation.packageRoot : undefined)
  if (why === null) return { found: { file: nearest, origin: isOwn ? 'named' : 'found' }, issues: [] }
  const message = `was found from the working folder upwards and is not obeyed: ${why}. Change that, or name the file to use: --config or CODENODE_CONFIG.`
  return { found: null, issues: [{ path: nearest, message }] }
}
