import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'
import type { RuntimeName } from '../contract/runtime-name.ts'
import type { InstalledPackage } from './installed-packages.ts'

const times = z.record(z.string(), z.object({ version: z.string(), ms: z.int().min(0) }))
const fileSchema = z.object({ python: times, javascript: times })

/** What importing each package takes of CPU time on this machine, by name; a figure counts for its version alone. */
export type ImportTimes = z.output<typeof fileSchema>

export const noImportTimes: ImportTimes = { python: {}, javascript: {} }

/** Beside the packages that they are of. */
const fileOf = (packagesDir: string) => path.join(packagesDir, 'import-times.json')

/** What was measured when packages were installed; nothing where that was not done, or what is there cannot be read. */
export function readImportTimes(packagesDir: string): ImportTimes {
  const file = fileOf(packagesDir)
  if (!existsSync(file)) return noImportTimes
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return noImportTimes // only figures to show: they are measured again at the next installation
  }
}

export function writeImportTimes(packagesDir: string, known: ImportTimes): void {
  writeFileSync(fileOf(packagesDir), `${JSON.stringify(known, null, 2)}\n`)
}

/** The packages with the times that are known of them. */
export function withImportTimes(
  packages: readonly InstalledPackage[],
  name: RuntimeName,
  known: ImportTimes,
): InstalledPackage[] {
  return packages.map((it) => {
    const found = known[name][it.name]
    return found?.version === it.version ? { ...it, importMs: found.ms } : it
  })
}
