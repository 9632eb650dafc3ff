import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { installation } from '../places/installation.ts'
import { whyNotTrusted } from '../places/trust.ts'
import type { ServerCommands } from './server-commands.ts'
import { UsageError } from './usage-error.ts'

/**
 * The commands of the package codenode-server, which an embedder of the library need not install. `command`: the one that was
 * called; `version`: of this package. Throws `UsageError` when the package is missing, of another version, or not to be trusted.
 */
export async function loadServer(command: string, version: string): Promise<ServerCommands> {
  const file = findServer()
  const install = `Install it beside codenode: npm install codenode-server@${version}`
  if (file === null) {
    throw new UsageError(`codenode ${command} is in the package codenode-server, which is not installed.`, install)
  }
  // Packages are looked for in every folder above, where one that is not installed can be somebody else's.
  const why = whyNotTrusted(file, installation.packageRoot)
  if (why !== null) throw new UsageError(`${file} is not loaded: ${why}.`, install)
  // Its own type is that of this export; it is not imported, since the library must not need the server.
  const { commands } = (await import(pathToFileURL(file).href)) as { commands: ServerCommands }
  if (commands.version === version) return commands
  throw new UsageError(`This is codenode ${version}, which cannot use codenode-server of ${commands.version}.`, install)
}

function findServer(): string | null {
  try {
    return createRequire(import.meta.url).resolve('codenode-server/commands')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}
