import { closeSync, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { hasNamespaces, type IsolationLevel } from '../contract/isolation.ts'
import { type ServerLimits, toRunLimits } from '../contract/limits.ts'
import type { RuntimeName } from '../contract/runtime-name.ts'
import { findBarrier } from './barrier.ts'
import { findNodePaths, findPythonPaths } from './find-paths.ts'
import { readImportTimes, withImportTimes } from './import-times.ts'
import { type InstalledPackage, listJavaScriptPackages, listPythonPackages } from './installed-packages.ts'
import { launch } from './launch.ts'
import { openInMemory } from './memory-file.ts'
import { buildRlimits, countsOwnThreads, parkedThreads } from './rlimits.ts'
import { RunGuard } from './run-guard.ts'
import type { RunUids } from './run-uids.ts'
import { findNodeFiles, findPythonFiles } from './runtime-files.ts'
import { buildFilter, type Filter, toArchitecture } from './seccomp/build-filter.ts'
import { childPolicy, zygotePolicy } from './seccomp/policy.ts'
import type { RunWatch } from './watch/run-watch.ts'
import { Zygote } from './zygote.ts'

/** What all zygotes of a sandbox have in common. */
export type ZygoteSettings = {
  packagesDir: string
  level: IsolationLevel
  /** Where the host listens. */
  socket: { folder: string; name: string }
  uids: RunUids | null
  watch: () => Promise<RunWatch>
  /** `none`: code can import the standard library alone. */
  packages: 'installed' | 'none'
  /** What is imported before the first run. */
  preload: 'common' | 'standard-library'
  /** Local time of the code. */
  timeZone: string
  /** The program that makes the namespaces. */
  bubblewrap: string
  limits: ServerLimits
  /** Runs at once. */
  maxRunning: number
  nextId: () => string
  /** Told when a zygote's process has been started, and is left to warm itself. */
  onLaunched?: () => void
}

/** How long a zygote may take to import its packages. */
const startMs = 120_000

/** Finds a runtime's files, starts its zygote with its filter and warms it. */
export async function startZygote(name: RuntimeName, settings: ZygoteSettings): Promise<Zygote> {
  const { packagesDir, level, socket, uids, bubblewrap } = settings
  const arch = toArchitecture(process.arch)
  if (!arch) throw new CodenodeError('sandbox_unavailable', { missing: `support for ${process.arch} processors` })
  const python = findPythonPaths(packagesDir)
  const isBare = settings.packages === 'none'
  const paths = { ...(name === 'python' ? python : findNodePaths(packagesDir)), ...(isBare ? { packages: null } : {}) }
  const find = name === 'python' ? findPythonFiles : findNodeFiles
  const files = await find({ ...paths, timeZone: settings.timeZone })
  const view = hasNamespaces(level) ? files.inside : files.bare
  if (!hasNamespaces(level) && uids) refuseBarriers(view.readable, packagesDir)
  const watch = await settings.watch()
  // Only in a mount namespace can a run have a /tmp of its own.
  const writable = hasNamespaces(level) && settings.limits.tmpMb > 0 ? 'tmp' : 'nothing'
  const zygoteFilter = buildFilter(zygotePolicy(name, writable), arch).program
  const filterFd = openInMemory(`${name}.bpf`, zygoteFilter)
  const { limits } = toRunLimits(settings.limits, null)
  const packages = isBare ? {} : toInstalledNames(listPackages(packagesDir)[name])
  const isWanted = (module: string) =>
    settings.preload === 'common' || !Object.keys(packages).some((own) => isPartOf(own, module, name))
  try {
    const launcher = { command: [python.binary, '-I', '-B', path.join(python.runtimes, 'python/launcher.py'), '4'] }
    const launched = await launch({
      ...{ files, level, socket, filter: { fd: filterFd }, bubblewrap, launcher, uids: uids?.range ?? null },
    })
    settings.onLaunched?.()
    return await Zygote.start({
      launched,
      start: {
        namespaces: hasNamespaces(level),
        readable: view.readable,
        listable: view.listable,
        seccomp: toSent(buildFilter(childPolicy(name), arch)),
        seccompWithTmp: writable === 'tmp' ? toSent(buildFilter(childPolicy(name, 'tmp'), arch)) : null,
        preload: isBare ? [] : readPreload(name).filter(isWanted),
        packages,
        requireFrom: view.requireFrom,
      },
      buildRlimits: (own) => buildRlimits({ runtime: name, level, limits, maxRunning: settings.maxRunning }, own),
      memoryBytes: limits.memoryBytes,
      buildGuard: (zygotePid) =>
        new RunGuard({
          watch,
          runtime: name,
          parkedThreads: parkedThreads(name, level),
          hasOwnThreads: countsOwnThreads(level, uids !== null),
          zygotePid,
        }),
      uids,
      nextId: settings.nextId,
      startMs,
    })
  } finally {
    closeSync(filterFd)
  }
}

/** The libraries would be missing in every run, one import at a time, so it is told at the start. */
function refuseBarriers(places: readonly string[], packagesDir: string): void {
  for (const place of places) {
    const barrier = findBarrier(place)
    if (!barrier) continue
    const way = barrier === place ? '' : `, on the way to ${place}`
    const missing = `read access for all users to ${barrier}${way}`
    const remedy = place.startsWith(path.join(packagesDir, '/'))
      ? 'Install the packages where all users can read, such as CODENODE_PACKAGES_DIR=/srv/codenode/packages codenode packages install, and start with the same setting.'
      : 'Name a Python that all users can read in CODENODE_PYTHON.'
    const message = `Without namespaces each run of root has a user id of its own. ${remedy}`
    throw new CodenodeError('sandbox_unavailable', { missing, message })
  }
}

/** What user code can import, by interpreter. */
export function listPackages(packagesDir: string): Record<RuntimeName, InstalledPackage[]> {
  const { packages } = findPythonPaths(packagesDir)
  const times = readImportTimes(packagesDir)
  return {
    python: withImportTimes(packages ? listPythonPackages(packages) : [], 'python', times),
    javascript: withImportTimes(listJavaScriptPackages(path.join(packagesDir, 'javascript')), 'javascript', times),
  }
}

/** What user code can import where no packages are asked for. */
export const noPackages: Readonly<Record<RuntimeName, InstalledPackage[]>> = { python: [], javascript: [] }

/** The modules to import before the first fork: the list beside the lock file. */
export function readPreload(name: RuntimeName): string[] {
  const file = path.resolve(import.meta.dirname, '../../packages', name, 'preload.json')
  // Our own file: an array of names.
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as string[]) : []
}

/** Whether a module is a package or a part of it: `dateutil.parser` of `dateutil`, `csv-parse/sync` of `csv-parse`. */
export function isPartOf(packageName: string, module: string, runtime: RuntimeName): boolean {
  return module === packageName || module.startsWith(packageName + (runtime === 'python' ? '.' : '/'))
}

const toSent = ({ program, pidOffsets }: Filter) => ({ program: program.toString('base64'), pidOffsets })

function toInstalledNames(packages: readonly InstalledPackage[]): Record<string, string> {
  return Object.fromEntries(packages.flatMap((it) => it.importNames.map((module) => [module, it.name])))
}
