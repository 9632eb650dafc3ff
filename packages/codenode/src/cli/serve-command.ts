import { lookup } from 'node:dns/promises'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/read-config.ts'
import { CodenodeError } from '../contract/error.ts'
import type { IsolationLevel } from '../contract/program.ts'
import { isLoopbackHost } from '../http/guard.ts'
import { drawGreeting } from './draw-greeting.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { openService, type Service } from './open-service.ts'
import { type PlaceOptions, readSettings, type Settings, warn } from './read-settings.ts'
import { listenForStop } from './stop-signals.ts'
import { openTerminal } from './terminal.ts'

export type ServeOptions = PlaceOptions & { host?: string; port?: string; isolation?: IsolationLevel }

/** Serves until it is told to stop, then lets runs finish for a while. */
export async function serveCommand(options: ServeOptions, version: string): Promise<ExitCode> {
  // Notices go to the log, as all that a service has to say.
  const config = applyOptions(
    readSettings(options, () => undefined),
    options,
  )
  const names = nameSources(config, options)
  const stdout = openTerminal(process.stdout)
  const stop = listenForStop(openTerminal(process.stderr))
  try {
    const service = await open(config, names, version)
    try {
      const address = await listen(service.server, config, names)
      stdout.write(drawGreeting({ address, config, version, isolation: service.sandbox.isolation }, stdout.paint))
      await stop.asked
      service.server.log.info({ runs: service.runs.stats().active, stopMs: config.service.stopMs }, 'stopping')
    } finally {
      await service.close(config.service.stopMs)
    }
    return exitCodes.success
  } finally {
    stop.forget()
  }
}

/** Without a log there is nowhere else for what may explain why it does not start. */
async function open(config: Settings, names: Sources, version: string): Promise<Service> {
  try {
    await checkExposure(config, names.host)
    return await openService(config, version)
  } catch (error) {
    config.notices.forEach(warn)
    throw error
  }
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

/** Where host and port come from, as messages name them. */
type Sources = { host: string; port: string }

function nameSources({ readings }: Config, { host, port }: ServeOptions): Sources {
  const nameOf = (path: string) => {
    const origin = readings.get(path)?.origin
    if (origin?.from === 'file') return `${origin.file}: ${path}`
    return origin?.from === 'environment' ? origin.name : path
  }
  return { host: host === undefined ? nameOf('host') : '--host', port: port === undefined ? nameOf('port') : '--port' }
}

/** A service without keys tells its user from others by the kernel's table of this machine's sockets, so it listens here only. */
async function checkExposure({ service: { host, apiKeys } }: Config, source: string): Promise<void> {
  if (apiKeys.length > 0 || isLoopbackHost(host)) return
  await lookup(host.replace(/^\[|\]$/g, '')).catch((cause: unknown) => {
    throw wrong(source, notHere(host), cause)
  })
  throw wrong(
    source,
    `is ${host}, which other machines can reach, and no API key is set. Set CODENODE_API_KEYS (or apiKeys in codenode.yaml), or listen on 127.0.0.1.`,
  )
}

async function listen(
  server: FastifyInstance,
  { service: { host, port } }: Config,
  names: Sources,
): Promise<{ host: string; port: number }> {
  try {
    await server.listen({ host, port })
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    const reason = listenReasons[code]
    if (!reason) throw cause
    throw wrong(names[reason.of], reason.say(host, port), cause)
  }
  // It listens on TCP, so there is an address with a port.
  return { host, port: (server.server.address() as AddressInfo).port }
}

const notHere = (host: string) => `is ${host}, which is not an address of this machine.`

const listenReasons: Readonly<Record<string, { of: keyof Sources; say: (host: string, port: number) => string }>> = {
  EADDRINUSE: {
    of: 'port',
    say: (host, port) => `is ${port}, which is in use on ${host}; stop what uses it, or choose another with --port.`,
  },
  EACCES: {
    of: 'port',
    say: (_, port) => `is ${port}, which is not allowed for this user; choose a port above 1023 with --port.`,
  },
  EADDRNOTAVAIL: { of: 'host', say: notHere },
  ENOTFOUND: { of: 'host', say: notHere },
  EAI_AGAIN: { of: 'host', say: notHere },
}

function wrong(path: string, message: string, cause?: unknown): CodenodeError {
  return new CodenodeError('configuration_invalid', { issues: [{ path, message }] }, { cause })
}
