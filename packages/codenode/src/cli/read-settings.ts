import { type Config, readConfig } from '../config/read-config.ts'
import { findPlaces, type NamedPlaces, type Places } from '../places/find-places.ts'
import { resolveUserPath } from './read-file.ts'
import { openTerminal, showSafely } from './terminal.ts'

/** What every command takes. */
export type PlaceOptions = { config?: string; dataDir?: string; packagesDir?: string }

/** The configuration, with the places that it comes to. */
export type Settings = Config & Pick<Places, 'dataDir' | 'packagesDir'>

/** Reads the configuration and finds the places. `notify` is told what the operator should know about both. */
export function readSettings(
  { config: file, dataDir, packagesDir, packages }: PlaceOptions & Pick<NamedPlaces, 'packages'>,
  notify: (notice: string) => void = warn,
): Settings {
  const config = readConfig({ file: file && resolveUserPath(file) })
  const places = findPlaces({
    dataDir: dataDir ? resolveUserPath(dataDir) : config.dataDir,
    packagesDir: packagesDir ? resolveUserPath(packagesDir) : config.packagesDir,
    packages,
  })
  const notices = [...config.notices, ...places.notices]
  for (const notice of notices) notify(notice)
  return { ...config, ...places, notices }
}

/** One line on the standard error, where it is in nobody's way. */
export function warn(notice: string): void {
  const { write, paint } = openTerminal(process.stderr)
  write(`${paint.yellow('codenode:')} ${showSafely(notice)}\n`)
}
