import { installCommandFor } from '../places/installation.ts'
import { describePackages, type PackageListing } from '../sandbox/list-packages.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { installPackages } from './install-packages.ts'
import { measureImports } from './measure-imports.ts'
import { type PlaceOptions, readSettings } from './read-settings.ts'
import { openTerminal, type Paint } from './terminal.ts'

export type PackagesOptions = PlaceOptions & { json?: true }

/** Lists what user code can import. */
export async function packagesCommand({ json, ...options }: PackagesOptions): Promise<ExitCode> {
  const { packagesDir } = readSettings(options)
  const { python, javascript } = describePackages(packagesDir)
  const { write, paint } = openTerminal(process.stdout)
  if (json) {
    write(`${JSON.stringify({ python: python.map(toJson), javascript: javascript.map(toJson) })}\n`)
    return exitCodes.success
  }
  write(
    `${[...draw('Python', python, paint), '', ...draw('JavaScript and TypeScript', javascript, paint)].join('\n')}\n`,
  )
  if (python.length === 0 || javascript.length === 0)
    write(`\nSome packages are missing in ${packagesDir}: ${installCommandFor(packagesDir)}\n`)
  return exitCodes.success
}

export async function installCommand(options: PackagesOptions): Promise<ExitCode> {
  const settings = readSettings({ ...options, packages: 'may be made' })
  await installPackages(settings.packagesDir, settings.packages, openTerminal(process.stderr))
  await measureImports(settings)
  return exitCodes.success
}

function toJson({ isPreloaded, ...it }: PackageListing) {
  return { ...it, preloaded: isPreloaded }
}

function draw(title: string, packages: PackageListing[], paint: Paint): string[] {
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => text.length))
  const names = width(packages.map(({ name }) => name))
  const versions = width(packages.map(({ version }) => version))
  const hasTimes = packages.some(({ importMs }) => importMs !== undefined)
  const preloaded = packages.filter(({ isPreloaded }) => isPreloaded).length
  return [
    `${paint.bold(title)}  ${packages.length} packages, ${preloaded} of them preloaded (●, instant import)${hasTimes ? '; else the CPU time of the import' : ''}`,
    ...packages.map(({ name, version, importNames, importMs, isPreloaded }) => {
      const imported = importNames.includes(name) ? [] : importNames.filter((it) => !it.startsWith('_'))
      const hint = imported.length > 0 && imported.length < 4 ? paint.dim(`import ${imported.join(', ')}`) : ''
      return `  ${isPreloaded ? paint.green('●') : ' '} ${name.padEnd(names)}  ${version.padEnd(versions)}  ${hasTimes ? drawTime(importMs) : ''}${hint}`.trimEnd()
    }),
  ]
}

/** Of CPU; nothing where it was not measured or takes none. */
function drawTime(importMs: number | undefined): string {
  return (importMs === undefined ? '' : `${importMs} ms`).padStart(8).padEnd(10)
}
