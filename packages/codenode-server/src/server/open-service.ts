import { availableParallelism } from 'node:os'
import { createSandbox } from 'codenode/internal/pool/create-sandbox'
import { defaultHosts } from 'codenode/internal/pool/options/default-hosts'
import { openKeyring } from '../http/keys/open-keyring.ts'
import type { Listener, OpenService, ServiceSettings } from './build-service.ts'

/** A line that has no bound of its own. */
const unbounded = Number.MAX_SAFE_INTEGER

/** Starts everything that serving needs, but no server. */
export async function openService(settings: ServiceSettings, { onNotice, onProblem }: Listener): Promise<OpenService> {
  const { dataDir, packagesDir, maxRunning } = settings
  // First: a mistake in them stops the start before anything runs.
  const keys = openKeyring(settings.service)
  const cores = availableParallelism()
  const hosts = settings.hosts ?? defaultHosts(cores, 'service')
  for (const notice of settings.notices) onNotice(notice)
  const launched = Promise.withResolvers<void>()
  const options = {
    dataDir,
    packagesDir,
    onWarning: onNotice,
    isolation: settings.isolation,
    bigIntegers: settings.bigIntegers,
    ...(settings.spares === undefined ? {} : { spares: settings.spares }),
    maxRunning,
    renewal: settings.renewal,
    hosts,
    // The service counts what it takes, and refuses what is too much; what it has taken may wait.
    maxWaiting: unbounded,
    limits: settings.limits,
    timeZone: settings.timeZone,
  }
  const starting = createSandbox(options, { onLaunched: launched.resolve })
  starting.catch(launched.resolve) // it is awaited below
  await launched.promise
  // Loading the server keeps this thread busy: it does that while the interpreters warm themselves, which takes longer.
  const { buildService } = await import('./build-service.ts')
  return await buildService(settings, { sandbox: await starting, keys, cores, hosts }, onProblem)
}
