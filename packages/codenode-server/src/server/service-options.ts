import { checkConfig } from 'codenode/internal/config/read-config'
import type { Setting } from 'codenode/internal/config/setting'
import type { settings as table } from 'codenode/internal/config/settings'
import { CodenodeError } from 'codenode/internal/contract/error'
import type { ServerLimits } from 'codenode/internal/contract/limits'
import { describeValue, isObject } from 'codenode/internal/contract/values'
import { findPlaces } from 'codenode/internal/places/find-places'
import { warnOnce } from 'codenode/internal/pool/options/warn-once'
import type { ServiceSettings } from './build-service.ts'

type Table = typeof table

/** The settings of a part of the table, none of which must be given. */
type OptionsOf<Part> = {
  [Name in keyof Part]?: (Part[Name] extends Setting<infer Value> ? Value : OptionsOf<Part[Name]>) | undefined
}

type Settings = OptionsOf<
  Table['places'] &
    Table['runs'] &
    Table['code'] &
    Table['service'] &
    Table['clients'] &
    Table['kept'] &
    Table['telemetry']
>

/** What `createService` takes: the settings of codenode.yaml, by the same names and in the same blocks. All have defaults. */
export type ServiceOptions = Settings & {
  /** The limits of all runs; a run and a node can only lower them. Those that are not named have their defaults. */
  limits?: Partial<ServerLimits>
  /** Told what the operator should know, such as that the history cannot be written. Default: a warning of the process. */
  onWarning?: (message: string) => void
}

type Parsed = { settings: ServiceSettings; onWarning: (message: string) => void }

/** Throws `configuration_invalid` with everything that is wrong. */
export function parseServiceOptions(given: ServiceOptions): Parsed {
  // The types say so; who calls from JavaScript has no types.
  if (!isObject(given)) {
    const message = `are ${describeValue(given)}; they must be an object.`
    throw new CodenodeError('configuration_invalid', { issues: [{ path: 'options', message }] })
  }
  const { onWarning = warnOnce, ...options } = given
  const { CODENODE_TZ, TZ } = process.env
  const { config, issues } = checkConfig(options, { CODENODE_TZ, TZ }, null)
  if (typeof onWarning !== 'function') issues.push({ path: 'onWarning', message: 'must be a function.' })
  if (issues.length > 0) throw new CodenodeError('configuration_invalid', { issues })
  const places = findPlaces({ dataDir: config.dataDir, packagesDir: config.packagesDir })
  const notices = [...config.notices, ...places.notices]
  return { settings: { ...config, ...places, notices }, onWarning }
}
