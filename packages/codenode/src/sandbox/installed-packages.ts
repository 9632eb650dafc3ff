import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { RuntimeName } from '../contract/runtime-name.ts'

/** A package that user code can import. `importMs`: CPU time of its import, where it was measured. */
export type InstalledPackage = { name: string; version: string; importNames: string[]; importMs?: number }

/** What user code can import beside the standard library. TypeScript has the packages of JavaScript. */
export type InstalledPackages = Record<RuntimeName, InstalledPackage[]>

/** The Python packages of a site-packages folder, from their metadata. */
export function listPythonPackages(sitePackages: string): InstalledPackage[] {
  if (!existsSync(sitePackages)) return []
  return readdirSync(sitePackages)
    .filter((name) => name.endsWith('.dist-info'))
    .map((folder) => readDistInfo(path.join(sitePackages, folder)))
    .filter((it) => !['pip', 'setuptools', 'wheel'].includes(it.name))
    .sort(byName)
}

/**
 * The top-level JavaScript packages of a folder, at the versions that are installed: those its package.json names and those
 * that the operator added.
 */
export function listJavaScriptPackages(folder: string): InstalledPackage[] {
  const manifest = path.join(folder, 'package.json')
  if (!existsSync(manifest)) return []
  const { dependencies = {} } = readJson(manifest) as { dependencies?: Record<string, string> }
  return [...new Set([...Object.keys(dependencies), ...readAddedNames(path.join(folder, '../extra-javascript.txt'))])]
    .map((name) => ({ name, file: path.join(folder, 'node_modules', name, 'package.json') }))
    .filter(({ file }) => existsSync(file))
    .map(({ name, file }) => ({ name, version: (readJson(file) as { version: string }).version, importNames: [name] }))
    .sort(byName)
}

/** The names of what the operator added; the list is beside the folder, one `name@versions` a line. */
function readAddedNames(file: string): string[] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim().replace(/(?<=.)@.*$/, ''))
    .filter((name) => name !== '' && !name.startsWith('#'))
}

function readDistInfo(folder: string): InstalledPackage {
  const metadata = readFileSync(path.join(folder, 'METADATA'), 'utf8')
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, 'm').exec(metadata)?.[1]?.trim() ?? ''
  return { name: field('Name').toLowerCase(), version: field('Version'), importNames: readImportNames(folder) }
}

function readImportNames(folder: string): string[] {
  const topLevel = path.join(folder, 'top_level.txt')
  if (existsSync(topLevel)) return readFileSync(topLevel, 'utf8').split('\n').filter(Boolean)
  const record = path.join(folder, 'RECORD')
  if (!existsSync(record)) return []
  const names = new Set<string>()
  for (const line of readFileSync(record, 'utf8').split('\n')) {
    const name = /^([A-Za-z_]\w*)(?:\/__init__\.py|\.py|\.[^/,]*\.so),/.exec(line)?.[1]
    if (name) names.add(name)
  }
  return [...names]
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'))
}

function byName(a: InstalledPackage, b: InstalledPackage): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
