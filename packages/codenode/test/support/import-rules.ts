import { dirname, relative } from 'node:path'
import type { Import } from './read-imports.ts'

/** What the folders of a package's source may import. */
export type ImportRules = {
  /** The folder in which all others lie, such as `packages/web/src`. */
  src: string
  /**
   * The folders that each folder may import beside itself, by names from `src`. A name includes the folders inside of it;
   * `.` stands for the files directly in `src`.
   */
  mayImport: Readonly<Record<string, readonly string[]>>
  /** The source of the library, for a package that imports it by `codenode/internal/`: its folders are named `codenode/pool`. */
  library?: string
  /** Default: each folder may use all packages, and Node's own modules. */
  mayUsePackage?: (folder: string, name: string) => boolean
}

/** A sentence for each import that the rules do not allow, and for each folder that has no line. */
export function wrongImports(imports: readonly Import[], rules: ImportRules): string[] {
  return [...new Set(imports.flatMap((one) => complaintAbout(one, rules) ?? []))]
}

/** The folder of a file, by its name from `src`. */
export function folderOf(path: string, src: string): string {
  return relative(src, dirname(path)) || '.'
}

function complaintAbout({ kind, from, to }: Import, rules: ImportRules): string | undefined {
  const folder = folderOf(from, rules.src)
  const allowed = rules.mayImport[folder]
  if (!allowed) return `The folder ${folder} has no line in mayImport.`
  if (kind === 'package') {
    const isAllowed = rules.mayUsePackage?.(folder, to) ?? true
    return isAllowed ? undefined : `${from}: ${folder} may not use the package ${to}.`
  }
  const target = kind === 'internal' ? `codenode/${folderOf(to, rules.library ?? '')}` : folderOf(to, rules.src)
  const isAllowed = target === folder || allowed.some((name) => target === name || target.startsWith(`${name}/`))
  return isAllowed ? undefined : `${from}: ${folder} may not import ${to}.`
}
