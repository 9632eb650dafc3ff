import { accessSync, constants, existsSync, lstatSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { CodenodeError } from '../contract/error.ts'
import { findPackagesDir, refuseMissing } from './find-packages.ts'
import { installation } from './installation.ts'
import { searchUp } from './search-up.ts'
import { whyNotToMakeIn, whyNotTrusted } from './trust.ts'

export type NamedPlaces = {
  dataDir?: string | undefined
  packagesDir?: string | undefined
  /** Whether a folder of packages that is named must be there. Default: it must, since a misspelt one has none. */
  packages?: 'must exist' | 'may be made' | undefined
}

export type Places = {
  /** Where runs, history and sockets are kept. */
  dataDir: string
  /** Where the interpreters' packages are; what is here is run on this machine. */
  packagesDir: string
  /** What the operator should know about them, one line each. */
  notices: readonly string[]
}

/** Where a search begins, and what names places in its stead. */
export type Surroundings = { env: NodeJS.ProcessEnv; folder: string }

/**
 * Where data and packages are: what is named (an option, `CODENODE_DATA_DIR`, `CODENODE_PACKAGES_DIR`), else for data the
 * nearest `.codenode` from the working folder upwards, if nobody else can write it, else that of the installation, else
 * one in the working folder. Packages are never searched for. Throws `configuration_invalid` where no place is safe.
 */
export function findPlaces(
  named: NamedPlaces = {},
  { env, folder }: Surroundings = { env: process.env, folder: process.cwd() },
): Places {
  const given = named.dataDir ?? (env.CODENODE_DATA_DIR || undefined)
  const data = findData(given, { env, folder })
  const packagesDir = findPackagesDir({
    named: named.packagesDir ?? (env.CODENODE_PACKAGES_DIR || undefined),
    namedDataDir: given === undefined ? undefined : data.dataDir,
  })
  if (named.packages !== 'may be made') refuseMissing(packagesDir)
  return { ...data, packagesDir }
}

function findData(given: string | undefined, around: Surroundings): Omit<Places, 'packagesDir'> {
  return given === undefined ? searchDataDir(around) : { dataDir: path.resolve(given), notices: [] }
}

function searchDataDir({ env, folder }: Surroundings): { dataDir: string; notices: string[] } {
  const own = installation.ownFolder
  const found = searchUp('.codenode', folder, env.HOME)
  const notices: string[] = []
  if (found !== null && found !== own) {
    const why = whyNotUsed(found)
    if (why === null) return { dataDir: found, notices: [describeFound(found)] }
    notices.push(`${found} is not used: ${why}. Name the data folder: --data-dir or CODENODE_DATA_DIR.`)
  }
  if (isOurs(own)) return { dataDir: own, notices }
  const dataDir = path.join(folder, '.codenode')
  const why = found === dataDir ? whyNotUsed(found) : whyNotToMakeIn(folder)
  if (why === null) return { dataDir, notices }
  const message = `would be ${dataDir}, which is not safe: ${why}. Name another: --data-dir or CODENODE_DATA_DIR.`
  throw new CodenodeError('configuration_invalid', { issues: [{ path: 'dataDir', message }] })
}

/** A clone of somebody's repository is ours, and so are the links in it, which may lead to anything that we can write. */
function whyNotUsed(found: string): string | null {
  const why = whyNotTrusted(found)
  if (why !== null) return why
  if (!lstatSync(found).isDirectory()) return 'it is not a folder itself'
  const link = readdirSync(found, { withFileTypes: true }).find((it) => it.isSymbolicLink() && it.name !== 'packages')
  return link ? `it holds the symbolic link ${link.name}` : null
}

function isOurs(own: string): boolean {
  try {
    accessSync(own, constants.W_OK)
    return whyNotTrusted(own, installation.packageRoot) === null
  } catch {
    return false // not there, or only to be read: a data folder is written
  }
}

function describeFound(found: string): string {
  const packages = existsSync(path.join(found, 'packages'))
    ? ' Its packages are not: CODENODE_PACKAGES_DIR names them.'
    : ''
  return `the data in ${found} is used, which was found from the working folder upwards.${packages}`
}
