import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { arch } from 'node:process'
import { CodenodeError } from '../contract/error.ts'
import { defaultTimeZone } from '../reading/time-zone.ts'
import { askProgram, lastLine } from './ask-program.ts'
import { findLibraries } from './find-libraries.ts'
import type { Mount } from './mount.ts'
import { findReadableGuard, guardName } from './readable-guard.ts'

/** Everything of the host that a zygote needs, and nothing else. */
export type RuntimeFiles = {
  mounts: Mount[]
  /** Folders inside those mounts that a zygote sees empty: they belong to the host, not to the runtime. */
  hidden: string[]
  /** How the zygote sees its files in bubblewrap. */
  inside: View
  /** The same without bubblewrap: the host's own paths. */
  bare: View
}

export type View = {
  command: string[]
  /** Files and folders that children may read. */
  readable: string[]
  /** Folders whose names children may list, but not read what is in them. */
  listable: string[]
  /** The folder whose node_modules user code sees; its name for Python is unused. */
  requireFrom: string
  env: Record<string, string>
}

export type RuntimePaths = {
  /** Folder of `runtimes/`: what runs inside. */
  runtimes: string
  /** The interpreter of the host: python3 of the packages' environment, or node. */
  binary: string
  /** Python: site-packages of the environment. Node: the folder that holds node_modules. Null: no packages. */
  packages: string | null
  /** Node: the folders of koffi and of its binary. */
  koffi?: { main: string; binary: string; binaryName: string }
  /** Node: the folder of SWC's binary, which compiles TypeScript. */
  compiler?: { folder: string; name: string }
}

/** `timeZone`: the local time of the code. */
export type RuntimeNeeds = RuntimePaths & { timeZone: string }

const threads = '2'
/** BLAS and OpenMP start a thread per core unless told otherwise; UTF-8 makes runs the same on every host. */
const commonEnv = {
  HOME: '/nonexistent',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  OPENBLAS_NUM_THREADS: threads,
  OMP_NUM_THREADS: threads,
  MKL_NUM_THREADS: threads,
  // A thread's arena reserves 64 MiB of address space; a few are enough.
  MALLOC_ARENA_MAX: '4',
}

/** Finds the files of CPython: its standard library, shared libraries and the packages' environment. */
export async function findPythonFiles(paths: RuntimeNeeds): Promise<RuntimeFiles> {
  const facts = await askPython(paths.binary)
  const version = `python${facts.version}`
  const extensions = path.join(facts.stdlib, 'lib-dynload')
  const libraries = await findLibraries([facts.binary, ...sharedObjects(extensions)])
  const mounts: Mount[] = [
    { from: facts.binary, to: `/python/bin/${version}` },
    { from: facts.stdlib, to: `/python/lib/${version}` },
    { from: path.join(paths.runtimes, 'python'), to: '/codenode' },
    ...libraries,
  ]
  if (facts.platstdlib !== facts.stdlib) mounts.push({ from: facts.platstdlib, to: `/python/lib64/${version}` })
  if (paths.packages) mounts.push({ from: paths.packages, to: '/packages' })
  const locales = [locale].filter(existsSync)
  mounts.push(...locales.map((folder) => ({ from: folder, to: folder })))
  const packages = paths.packages ? [paths.packages] : []
  const zones = findTimeZones(paths)
  if (zones) mounts.push({ from: zones, to: timeZones })
  const env = { ...commonEnv, TZ: paths.timeZone }
  const libraryFolders = [...new Set([facts.stdlib, facts.platstdlib])]
  return {
    mounts,
    hidden: hostPackages
      .filter((it) => existsSync(path.join(facts.stdlib, it)))
      .map((it) => `/python/lib/${version}/${it}`),
    inside: {
      command: pythonCommand(`/python/bin/${version}`, '/codenode', packages.length ? '/packages' : null),
      readable: [
        '/python',
        '/lib',
        ...locales,
        ...(zones ? [timeZones] : []),
        ...(packages.length ? ['/packages'] : []),
      ],
      listable: [],
      requireFrom: '/',
      env: zones ? { ...env, TZDIR: timeZones } : env,
    },
    bare: {
      command: pythonCommand(facts.binary, path.join(paths.runtimes, 'python'), paths.packages),
      readable: [
        ...libraryFolders.flatMap(ownEntries),
        ...[...locales, timeZones].filter(existsSync),
        ...packages,
        ...libraries.map(({ from }) => from),
      ],
      listable: libraryFolders,
      requireFrom: '/',
      env: zones ? { ...env, TZDIR: zones } : env,
    },
  }
}

/** What `LANG` names: without its files `locale.setlocale(locale.LC_ALL, '')` raises. */
const locale = '/usr/lib/locale/C.utf8'
/** Where the C library and Python's zoneinfo look. Where it exists, zoneinfo does not go on to the package tzdata if it may not read. */
const timeZones = '/usr/share/zoneinfo'

/** The files of the zones, which the C library needs for local times: those of the package tzdata, else the host's. */
function findTimeZones({ packages, timeZone }: RuntimeNeeds): string | undefined {
  const own = packages === null ? [] : [path.join(packages, 'tzdata/zoneinfo')]
  const found = [...own, timeZones].find(existsSync)
  if (timeZone === defaultTimeZone || (found && existsSync(path.join(found, timeZone)))) return found
  const message = `Python has no file of the time zone ${timeZone}${found ? ` in ${found}` : ''}. Install the packages, or tzdata of the system.`
  throw new CodenodeError('sandbox_unavailable', { message })
}

/** Packages that the host has installed for its own programs lie within the standard library's folder. */
const hostPackages = ['site-packages', 'dist-packages']

/** What is in a folder of the standard library, without the host's packages. */
function ownEntries(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !hostPackages.includes(name))
    .map((name) => path.join(folder, name))
}

/**
 * `-S`: without `site`, which would add the host's packages to the path and run their start-up files. Of what it does, only
 * `exit`, `quit`, `help` and the like are of use to a program.
 */
function pythonCommand(binary: string, runtime: string, packages: string | null): string[] {
  const paths = `sys.path[:0] = [${JSON.stringify(runtime)}]${packages ? `; sys.path.append(${JSON.stringify(packages)})` : ''}`
  const names = 'import site; site.setquit(); site.setcopyright(); site.sethelper()'
  return [binary, '-I', '-S', '-B', '-X', 'utf8', '-c', `import sys; ${paths}; ${names}; import zygote; zygote.main()`]
}

/**
 * Node must be started so for its children to work: V8's helper threads do not exist after a fork, and SIGUSR1 would
 * open a debugger. And for them to be quick: our own code is compiled whole before the fork and stays so, and no child
 * goes on with a collection that was begun in the zygote, page by page. A child lives too short to collect well: the space
 * for new objects, small at first, becomes large at the first collection and not at the fourth.
 */
export const nodeFlags = [
  '--single-threaded',
  '--v8-pool-size=0',
  '--disable-sigusr1',
  '--no-warnings',
  '--no-flush-bytecode',
  '--no-lazy',
  '--no-incremental-marking',
  '--semi-space-growth-factor=8',
]

const guardInside = `/codenode/javascript/${guardName}`
const requiring = (files: string[]) => files.flatMap((file) => ['--require', file])

/** Finds the files of Node: the binary, its shared libraries, koffi and SWC for the zygote, and the packages' folder. */
export async function findNodeFiles(paths: RuntimeNeeds): Promise<RuntimeFiles> {
  const { koffi, compiler } = paths
  if (!koffi) throw new CodenodeError('sandbox_unavailable', { missing: 'koffi' })
  if (!compiler) throw new CodenodeError('sandbox_unavailable', { missing: compilerName })
  const libraries = await findLibraries([
    paths.binary,
    ...sharedObjects(koffi.binary),
    ...sharedObjects(compiler.folder),
  ])
  const mounts: Mount[] = [
    { from: realpathSync(paths.binary), to: '/node/bin/node' },
    { from: path.join(paths.runtimes, 'javascript'), to: '/codenode/javascript' },
    { from: koffi.main, to: '/codenode/node_modules/koffi' },
    { from: koffi.binary, to: `/codenode/node_modules/${koffi.binaryName}` },
    { from: compiler.folder, to: `/codenode/node_modules/${compiler.name}` },
    ...libraries,
  ]
  if (paths.packages) mounts.push({ from: path.join(paths.packages, 'node_modules'), to: '/packages/node_modules' })
  const packages = paths.packages ? [paths.packages] : []
  const guard = findReadableGuard(paths.runtimes, paths.packages)
  // Node exits when openssl.cnf exists but may not be read; a missing one is fine.
  const env = { ...commonEnv, TZ: paths.timeZone, OPENSSL_CONF: '/nonexistent' }
  return {
    mounts,
    hidden: [],
    inside: {
      command: ['/node/bin/node', ...nodeFlags, ...requiring([guardInside]), '/codenode/javascript/zygote.cjs'],
      readable: ['/lib', guardInside, ...(packages.length ? ['/packages'] : [])],
      listable: [],
      requireFrom: '/packages/',
      env,
    },
    bare: {
      command: [paths.binary, ...nodeFlags, ...requiring(guard), path.join(paths.runtimes, 'javascript', 'zygote.cjs')],
      readable: [...guard, ...packages, ...libraries.map(({ from }) => from)],
      listable: [],
      requireFrom: `${paths.packages ?? '/nonexistent'}/`,
      env,
    },
  }
}

/** Where koffi and its platform's binary are installed. */
export function findKoffi(): NonNullable<RuntimePaths['koffi']> {
  const main = packageFolder(createRequire(import.meta.url).resolve('koffi'))
  const binaryName = `@koromix/koffi-linux-${arch}`
  const binary = packageFolder(createRequire(path.join(main, 'package.json')).resolve(binaryName))
  return { main, binary, binaryName }
}

const compilerName = `@swc/core-linux-${arch}-gnu`

/** Where SWC's binary for this platform is installed. */
export function findCompiler(): NonNullable<RuntimePaths['compiler']> {
  try {
    const manifest = createRequire(import.meta.url).resolve(`${compilerName}/package.json`)
    return { folder: path.dirname(manifest), name: compilerName }
  } catch (cause) {
    const message = `The package ${compilerName}, which compiles TypeScript, is not installed. Install Codenode again, with optional dependencies.`
    throw new CodenodeError('sandbox_unavailable', { message }, { cause })
  }
}

/** The nearest folder above a file that has a package.json. */
function packageFolder(file: string): string {
  const folder = path.dirname(file)
  return existsSync(path.join(folder, 'package.json')) || folder === file ? folder : packageFolder(folder)
}

type PythonFacts = { binary: string; stdlib: string; platstdlib: string; version: string }

async function askPython(binary: string): Promise<PythonFacts> {
  const script =
    'import json, os, sys, sysconfig as s; b = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix, "installed_base": sys.base_prefix, "installed_platbase": sys.base_exec_prefix};' +
    'print(json.dumps({"binary": os.path.realpath(sys.executable), "stdlib": s.get_path("stdlib", vars=b), "platstdlib": s.get_path("platstdlib", vars=b), "version": "%d.%d" % sys.version_info[:2]}))'
  const name = `Python at ${binary}`
  const answer = await askProgram(binary, ['-I', '-c', script], { name, env: {} })
  try {
    // Our own script's answer.
    const facts = JSON.parse(answer.stdout) as PythonFacts
    return { ...facts, platstdlib: existsSync(facts.platstdlib) ? facts.platstdlib : facts.stdlib }
  } catch (cause) {
    const message = `${name} does not work: it ended with ${answer.exitCode} and said: ${lastLine(answer) || 'nothing'}`
    throw new CodenodeError('sandbox_unavailable', { message }, { cause })
  }
}

function sharedObjects(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(so|node)$/.test(name))
    .map((name) => path.join(folder, name))
}
