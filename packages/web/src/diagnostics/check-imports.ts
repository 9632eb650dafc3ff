import type { Packages } from 'codenode/client'
import { type CodeLanguage, closeModules, describeFailure, nodeLibrary, pythonLibrary } from 'codenode/contract'
import { labels } from '../labels/code-node.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { Import, Program } from './program.ts'

/** Imports of what is not installed, with the text of the failure that a run would have. */
export function checkImports({ imports }: Program, language: CodeLanguage, packages: Packages | null): Diagnostic[] {
  if (!packages) return []
  const isPython = language === 'python3'
  const { installed, library } = importable(language, packages)
  return imports.flatMap((one): Diagnostic[] => {
    if (one.isGuarded) return []
    if (!isPython && /^[./]|^file:/.test(one.module)) {
      return [{ from: one.from, to: one.to, severity: 'error', message: labels.checks.otherFile }]
    }
    const wanted = isPython ? one.module : packageOf(one.module)
    // Names with an underscore in front are parts of the interpreter itself, which are not listed.
    if (installed.includes(wanted) || library.has(wanted) || wanted.startsWith('_')) return []
    return [notInstalled(one, wanted, closeModules(wanted, installed, library), isPython)]
  })
}

/** Whether code can import a module, as far as its name tells. */
export function isImportable(module: string, language: CodeLanguage, packages: Packages): boolean {
  const { installed, library } = importable(language, packages)
  const owner = language === 'python3' ? (module.split('.', 1)[0] ?? module) : packageOf(module)
  return installed.includes(owner) || library.has(owner)
}

function importable(language: CodeLanguage, packages: Packages) {
  return language === 'python3'
    ? { installed: importNames(packages), library: pythonLibrary }
    : { installed: packages.javascript.map(({ name }) => name), library: nodeLibrary }
}

/** What Python code can import beside its library; a package that does not say so is taken by its own name. */
export function importNames({ python }: Packages): string[] {
  return python.flatMap((it) => (it.importNames.length > 0 ? it.importNames : [it.name.replaceAll('-', '_')]))
}

/** `@scope/name` of `@scope/name/part`, `fs` of `node:fs/promises`. */
function packageOf(module: string): string {
  const [, owner = module] = /^((?:@[^/]+\/)?[^/]+)/.exec(module.replace(/^node:/, '')) ?? []
  return owner
}

function notInstalled(one: Import, wanted: string, close: readonly string[], isPython: boolean): Diagnostic {
  const { from, to, module } = one
  const message = describeFailure('module_not_found', { module: wanted, close })
  const [best] = close
  if (best === undefined) return { from, to, severity: 'error', message }
  // In Python the place is that of the name; in JavaScript the quotes belong to it.
  const start = isPython ? from : from + 1 + module.indexOf(wanted)
  const changes = [{ from: start, to: start + wanted.length, insert: best }]
  return { from, to, severity: 'error', message, fix: { label: labels.checks.importInstead(best), changes } }
}
