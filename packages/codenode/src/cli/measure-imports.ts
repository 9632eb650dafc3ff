import { defaultLimits, toRunLimits } from '../contract/limits.ts'
import type { Program } from '../contract/program.ts'
import { type RuntimeName, runtimeNames } from '../contract/runtime-name.ts'
import { createSandbox, type RunningSandbox } from '../pool/create-sandbox.ts'
import { noImportTimes, readImportTimes, writeImportTimes } from '../sandbox/import-times.ts'
import { describePackages, type PackageListing } from '../sandbox/list-packages.ts'
import type { Settings } from './read-settings.ts'

/** Where a package is mostly used by a part of it, which is imported. */
const usualModules: Readonly<Record<string, string>> = { matplotlib: 'matplotlib.pyplot', scipy: 'scipy.stats' }

/**
 * Measures what importing each package takes and keeps it beside the packages. What is known already stays; preloaded packages
 * take nothing. In the sandbox, as every import.
 */
export async function measureImports(settings: Settings): Promise<void> {
  const { packagesDir, dataDir, isolation } = settings
  const known = readImportTimes(packagesDir)
  const listed = describePackages(packagesDir)
  const unknown = (name: RuntimeName) =>
    listed[name].filter(
      ({ isPreloaded, importMs, importNames }) => !isPreloaded && importMs === undefined && importNames.some(isPublic),
    )
  const runtimes = runtimeNames.filter((name) => unknown(name).length > 0)
  if (runtimes.length === 0) return
  await using sandbox = await createSandbox({
    runtimes,
    packagesDir,
    dataDir,
    spares: 0,
    hosts: 0,
    isolation,
  })
  const next = structuredClone({ ...noImportTimes, ...known })
  for (const name of runtimes) {
    const nothing = await cpuOf(sandbox, name, '')
    for (const it of unknown(name)) {
      const ms = await cpuOf(sandbox, name, importOf(name, it))
      if (ms !== null && nothing !== null)
        next[name][it.name] = { version: it.version, ms: Math.max(0, Math.round(ms - nothing)) }
    }
  }
  writeImportTimes(packagesDir, next)
}

function importOf(name: RuntimeName, it: PackageListing): string {
  const { importNames } = it
  const module = usualModules[it.name] ?? (importNames.includes(it.name) ? it.name : importNames.find(isPublic))
  return name === 'python' ? `import ${module}\n` : `require(${JSON.stringify(module)})\n`
}

function isPublic(importName: string): boolean {
  return !importName.startsWith('_')
}

/** Null: it ended otherwise than by its end. */
async function cpuOf(sandbox: RunningSandbox, name: RuntimeName, code: string): Promise<number | null> {
  const { limits } = toRunLimits({ ...defaultLimits, wallMs: 60_000, cpuMs: 60_000 }, null)
  const program: Program = { language: name, mode: 'script', code, inputsJson: '{}', inputNames: [], limits }
  const { outcome, usage } = await sandbox.run(program)
  return outcome.status === 'exited' && outcome.exitCode === 0 ? usage.cpuMs : null
}
