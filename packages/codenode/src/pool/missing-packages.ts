import type { RuntimeName } from '../contract/runtime-name.ts'
import { installCommandFor } from '../places/installation.ts'
import { findNodePaths, findPythonPaths } from '../sandbox/find-paths.ts'

const titles: Record<RuntimeName, string> = { python: 'Python', javascript: 'JavaScript' }

/** What to say where interpreters have no packages; null: they have. Without this, a user's code would seem to be at fault. */
export function describeMissingPackages(packagesDir: string, runtimes: readonly RuntimeName[]): string | null {
  const find = { python: findPythonPaths, javascript: findNodePaths }
  const missing = [...new Set(runtimes)].filter((name) => find[name](packagesDir).packages === null)
  if (missing.length === 0) return null
  const languages = missing.map((name) => titles[name]).join(' and ')
  return `no ${languages} packages are in ${packagesDir}, so code can import the standard library alone. Install them: ${installCommandFor(packagesDir)}; or name the folder that has them (CODENODE_PACKAGES_DIR, or the option packagesDir).`
}
