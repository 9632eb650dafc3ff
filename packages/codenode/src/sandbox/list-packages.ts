import type { RuntimeName } from '../contract/runtime-name.ts'
import type { InstalledPackage } from './installed-packages.ts'
import { isPartOf, listPackages, readPreload } from './start-zygote.ts'

/** `isPreloaded`: the interpreter has imported it before a run begins, so that importing it takes no time. */
export type PackageListing = InstalledPackage & { isPreloaded: boolean }

/** What user code can import and what of it is there already, by interpreter. Nothing needs to run for it. */
export function describePackages(packagesDir: string): Record<RuntimeName, PackageListing[]> {
  const { python, javascript } = listPackages(packagesDir)
  return { python: markPreloaded(python, 'python'), javascript: markPreloaded(javascript, 'javascript') }
}

function markPreloaded(packages: InstalledPackage[], name: RuntimeName): PackageListing[] {
  const modules = readPreload(name)
  const isPreloaded = ({ importNames }: InstalledPackage) =>
    importNames.some((own) => modules.some((module) => isPartOf(own, module, name)))
  return packages.map((it) => ({ ...it, isPreloaded: isPreloaded(it) }))
}
