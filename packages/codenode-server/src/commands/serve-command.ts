import { setTimeout as sleep } from 'node:timers/promises'
import { type ExitCode, exitCodes } from 'codenode/internal/cli/exit-codes'
import { readSettings, type Settings, warn } from 'codenode/internal/cli/read-settings'
import type { ServeOptions } from 'codenode/internal/cli/server-commands'
import { listenForStop, type StopSignal } from 'codenode/internal/cli/stop-signals'
import { openTerminal } from 'codenode/internal/cli/terminal'
import type { Config } from 'codenode/internal/config/read-config'
import type { FastifyInstance } from 'fastify'
import type { OpenService } from '../server/build-service.ts'
import { closeServer } from '../server/close-server.ts'
import { type AddressNames, checkExposure, listen, wrong } from '../server/listen.ts'
import { openService } from '../server/open-service.ts'
import { readVersion } from '../server/read-version.ts'
import { drawGreeting } from './draw-greeting.ts'
import { buildLogger } from './service-log.ts'

/** Serves until it is told to stop, then lets runs finish for a while. */
export async function serveCommand(options: ServeOptions): Promise<ExitCode> {
  // Notices go to the log, as all that a service has to say.
  const config = applyOptions(
    readSettings(options, () => undefined),
    options,
  )
  const names = nameSources(config, options)
  const stdout = openTerminal(process.stdout)
  const stop = listenForStop(openTerminal(process.stderr), { reloads: config.service.keysFile !== null })
  try {
    const { service, server } = await open(config, names)
    try {
      const address = await listen(server, config.service, names)
      stop.onHangUp(() => reloadKeys(service, server))
      const { isolation } = service.sandbox
      stdout.write(drawGreeting({ address, config, version: readVersion(), isolation }, stdout.paint))
      await drain(await stop.asked, service, server, config.service.drainMs)
      server.log.info({ runs: service.runs.stats().active, stopMs: config.service.stopMs }, 'stopping')
    } finally {
      await closeServer(server, service, config.service.stopMs)
    }
    return exitCodes.success
  } finally {
    stop.forget()
  }
}

/** A file that is wrong changes nothing: the operator mends it and asks again. */
function reloadKeys(service: OpenService, { log }: FastifyInstance): void {
  try {
    log.info({ audit: 'keys.reload', ...service.reloadKeys() }, 'read the keys again')
  } catch (error) {
    log.error({ audit: 'keys.reload', problem: (error as Error).message }, 'kept the keys as they were')
  }
}

/** Whoever is at a terminal has no load balancer to wait for. */
async function drain(
  signal: StopSignal,
  { runs }: OpenService,
  { log }: FastifyInstance,
  drainMs: number,
): Promise<void> {
  if (signal === 'SIGINT' || drainMs === 0) return
  runs.drain()
  log.info({ drainMs }, 'draining')
  await sleep(drainMs)
}

type Opened = { service: OpenService; server: FastifyInstance }

/** Without a log there is nowhere else for what may explain why it does not start. */
async function open(config: Settings, names: AddressNames): Promise<Opened> {
  try {
    await checkExposure(config.service.host, config.service, names.host)
    return await openWithLog(config)
  } catch (error) {
    config.notices.forEach(warn)
    throw error
  }
}

/** Tells in the log of the server what it hears from the service; what comes before there is a server is kept for it. */
async function openWithLog(config: Settings): Promise<Opened> {
  const early: string[] = []
  let server: FastifyInstance | undefined
  const service = await openService(config, {
    onNotice: (message) => void (server ? server.log.warn(message) : early.push(message)),
    onProblem: ({ message, isSolved }) => {
      if (isSolved) server?.log.info({ problem: message }, 'solved')
      else server?.log.error({ problem: message }, 'problem')
    },
  })
  try {
    server = await service.createServer(buildLogger(config.service.logLevel, openTerminal(process.stderr)))
  } catch (error) {
    await service.close(0)
    throw error
  }
  for (const message of early) server.log.warn(message)
  if (service.resumed > 0) server.log.info({ runs: service.resumed }, 'resumed')
  return { service, server }
}

function applyOptions(config: Settings, { host, port, isolation }: ServeOptions): Settings {
  const service = { ...config.service, ...(host === undefined ? {} : { host }) }
  if (port !== undefined) service.port = readPort(port)
  return { ...config, service, ...(isolation === undefined ? {} : { isolation }) }
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw wrong('--port', `is ${JSON.stringify(text)}; it must be a whole number from 0 to 65535.`)
}

function nameSources({ readings }: Config, { host, port }: ServeOptions): AddressNames {
  const nameOf = (path: string) => {
    const origin = readings.get(path)?.origin
    if (origin?.from === 'file') return `${origin.file}: ${path}`
    return origin?.from === 'environment' ? origin.name : path
  }
  return { host: host === undefined ? nameOf('host') : '--host', port: port === undefined ? nameOf('port') : '--port' }
}
