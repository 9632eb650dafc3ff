import path from 'node:path'

const packageRoot = path.resolve(import.meta.dirname, '../..')

/** Where this Codenode is installed. */
export const installation = describeInstallation(packageRoot)

export type Installation = {
  /** The folder of the package `codenode`. */
  packageRoot: string
  /** The clone, or the project whose `node_modules` the package lies in. */
  root: string
  /** Its own data folder, beside it: here are its packages, unless another place is named. */
  ownFolder: string
  kind: 'clone' | 'package'
}

/** A package is installed below `node_modules`; the outermost counts, since some installers nest them. */
export function describeInstallation(packageRoot: string): Installation {
  const at = packageRoot.indexOf('/node_modules/')
  const root = at < 0 ? path.resolve(packageRoot, '../..') : packageRoot.slice(0, at) || '/'
  return { packageRoot, root, ownFolder: path.join(root, '.codenode'), kind: at < 0 ? 'clone' : 'package' }
}

/** The command that installs packages in a folder. */
export function installCommandFor(packagesDir: string): string {
  const isOwn = packagesDir === path.join(installation.ownFolder, 'packages')
  return commandOf(installation, `packages install${isOwn ? '' : ` --packages-dir ${shellWord(packagesDir)}`}`)
}

/** To be pasted as it stands. */
function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

/** How the command is called here. */
export function commandOf({ kind, root }: Installation, args: string): string {
  return kind === 'clone' ? `npm run codenode -- ${args} (in ${root})` : `npx codenode ${args}`
}
