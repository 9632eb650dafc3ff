import { readdirSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { type Answer, askProgram, lastLine } from './ask-program.ts'
import type { Mount } from './mount.ts'
import { readNeeds } from './read-elf.ts'

/** Libraries that packages from a registry expect of every Linux; present ones are added. */
const expectedLibraries = ['libc', 'libm', 'libdl', 'libpthread', 'librt', 'libutil', 'libgcc_s', 'libstdc++', 'libz']

/** The shared libraries that `files` need, each at /lib under its own name, and the loader at its fixed place. */
export async function findLibraries(files: readonly string[], ldd: Ldd = askLdd): Promise<Mount[]> {
  const { found, loader } = parseListing(await listAll(files, ldd))
  const libc = found.get('libc.so.6')
  if (!libc || !loader) throw new CodenodeError('sandbox_unavailable', { missing: 'glibc' })
  const folder = path.dirname(realpathSync(libc))
  for (const name of readdirSync(folder)) {
    const base = name.split('.so.')[0]
    if (base && expectedLibraries.includes(base) && /\.so\.\d+$/.test(name) && !found.has(name)) {
      found.set(name, path.join(folder, name))
    }
  }
  return [
    { from: realpathSync(loader), to: loader },
    ...[...found].map(([name, file]) => ({ from: realpathSync(file), to: `/lib/${name}` })),
  ]
}

export type Ldd = (files: readonly string[]) => Promise<Answer>

const askLdd: Ldd = (files) =>
  askProgram('ldd', files, { name: 'ldd (package libc-bin)', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })

/**
 * A list that is cut short is no list: where no process can be started for one of the files, ldd goes on with the next, ends
 * with 1, and a run would miss that file's libraries. For static files it ends with 1 as well, so it is not asked about them.
 */
async function listAll(files: readonly string[], ldd: Ldd): Promise<string> {
  const answer = await ldd(pickTelling(files))
  if (answer.exitCode === 0) return answer.stdout
  const said = lastLine(answer)
  const message = `ldd could not list all libraries that are needed${said ? ` (${said})` : ''}. Is the machine overloaded?`
  throw new CodenodeError('sandbox_unavailable', { message })
}

/**
 * The files that need a library, or look for one in a place, that none before them does. Python has some 80 extension
 * modules, most of which need the C library alone; ldd takes three processes for each file.
 */
function pickTelling(files: readonly string[]): string[] {
  const told = new Set<string>()
  return files.filter((file) => {
    const needs = readOrRefuse(file)
    if (!needs) return false
    // `$ORIGIN` in a search path is the folder of the file.
    const places = needs.searchPaths.map((place) => (place.includes('$') ? `${place} of ${path.dirname(file)}` : place))
    const asks = needs.libraries.map((library) => JSON.stringify([library, ...places]))
    const isTelling = asks.some((ask) => !told.has(ask))
    for (const ask of asks) told.add(ask)
    return isTelling
  })
}

function readOrRefuse(file: string): ReturnType<typeof readNeeds> {
  try {
    return readNeeds(file)
  } catch (cause) {
    const message = `What ${file} needs cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`
    throw new CodenodeError('sandbox_unavailable', { message }, { cause })
  }
}

function parseListing(text: string): { found: Map<string, string>; loader: string | undefined } {
  const found = new Map<string, string>()
  let loader: string | undefined
  for (const line of text.split('\n')) {
    const named = /^\s+(\S+) => (\/\S.*) \(0x/.exec(line)
    if (named?.[1] && named[2]) found.set(path.basename(named[1]), named[2])
    const absolute = /^\s+(\/\S*ld-linux\S*) \(0x/.exec(line)
    if (absolute?.[1]) loader = absolute[1]
  }
  return { found, loader }
}
