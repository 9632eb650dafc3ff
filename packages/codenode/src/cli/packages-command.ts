import { installCommandFor } from '../places/installation.ts'
import { describePackages, type PackageListing } from '../sandbox/list-packages.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { installPackages } from './install-packages.ts'
import { type PlaceOptions, readSettings } from './read-settings.ts'
import { openTerminal, type Paint, padTo } from './terminal.ts'

export type PackagesOptions = PlaceOptions & { json?: true }

/** Lists what user code can import. */
export async function packagesCommand({ json, ...options }: PackagesOptions): Promise<ExitCode> {
  const { packagesDir } = readSettings(options)
  const { python, node } = describePackages(packagesDir)
  const { write, paint } = openTerminal(process.stdout)
  if (json) {
    write(`${JSON.stringify({ python: python.map(toJson), javascript: node.map(toJson) })}\n`)
    return exitCodes.success
  }
  write(`${[...draw('Python', python, paint), '', ...draw('JavaScript and TypeScript', node, paint)].join('\n')}\n`)
  if (python.length === 0 || node.length === 0)
    write(`\nSome packages are missing in ${packagesDir}: ${installCommandFor(packagesDir)}\n`)
  return exitCodes.success
}

export async function installCommand(options: PackagesOptions): Promise<ExitCode> {
  const { packagesDir, packages } = readSettings({ ...options, packages: 'may be made' })
  await installPackages(packagesDir, packages, openTerminal(process.stderr))
  return exitCodes.success
}

function toJson({ name, version, importNames, isPreloaded }: PackageListing) {
  return { name, version, importNames, preloaded: isPreloaded }
}

function draw(title: string, packages: PackageListing[], paint: Paint): string[] {
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => text.length))
  const names = width(packages.map(({ name }) => name))
  const versions = width(packages.map(({ version }) => version))
  const preloaded = packages.filter(({ isPreloaded }) => isPreloaded).length
  return [
    `${paint.bold(title)}  ${packages.length} packages, ${preloaded} of them preloaded (●, instant import)`,
    ...packages.map(({ name, version, importNames, isPreloaded }) => {
      const imported = importNames.filter((it) => !it.startsWith('_') && it !== name)
      const hint = imported.length > 0 && imported.length < 4 ? paint.dim(`import ${imported.join(', ')}`) : ''
      return `  ${isPreloaded ? paint.green('●') : ' '} ${padTo(names, name)}  ${padTo(versions, version)}  ${hint}`.trimEnd()
    }),
  ]
}
