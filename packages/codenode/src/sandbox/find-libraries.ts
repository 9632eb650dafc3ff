import { closeSync, openSync, readdirSync, readSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { type Answer, askProgram, lastLine } from './ask-program.ts'
import type { Mount } from './mount.ts'

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

/** The processors that a sandbox runs on, by their numbers in ELF files. */
const machines: Partial<Record<string, number>> = { x64: 62, arm64: 183 }

export type Ldd = (files: readonly string[]) => Promise<Answer>

const askLdd: Ldd = (files) =>
  askProgram('ldd', files, { name: 'ldd (package libc-bin)', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })

/**
 * A list that is cut short is no list: where no process can be started for one of the files, ldd goes on with the next, ends
 * with 1, and a run would miss that file's libraries. For static files it ends with 1 as well, so it is not asked about them.
 */
async function listAll(files: readonly string[], ldd: Ldd): Promise<string> {
  const answer = await ldd(files.filter(isDynamic))
  if (answer.exitCode === 0) return answer.stdout
  const said = lastLine(answer)
  const message = `ldd could not list all libraries that are needed${said ? ` (${said})` : ''}. Is the machine overloaded?`
  throw new CodenodeError('sandbox_unavailable', { message })
}

/** Whether a file of this machine's kind says which libraries it needs. */
function isDynamic(file: string): boolean {
  const header = Buffer.alloc(4096)
  const descriptor = openSync(file, 'r')
  try {
    readSync(descriptor, header, 0, header.length, 0)
  } finally {
    closeSync(descriptor)
  }
  // The 64-bit ELF header: where the table of segments is, how long each entry and how many there are. Kind 2 is PT_DYNAMIC.
  if (header.readUInt32BE(0) !== 0x7f454c46 || header[4] !== 2) return false
  // Packages can bring builds for other processors along, of which ldd knows nothing.
  if (header.readUInt16LE(18) !== machines[process.arch]) return false
  const [at, length, count] = [Number(header.readBigUInt64LE(32)), header.readUInt16LE(54), header.readUInt16LE(56)]
  const entries = Array.from({ length: count }, (_, index) => at + index * length)
  return entries.some((entry) => entry + 4 <= header.length && header.readUInt32LE(entry) === 2)
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
