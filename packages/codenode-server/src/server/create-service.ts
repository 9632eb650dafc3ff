import type { AddressInfo } from 'node:net'
import type { Codenode } from 'codenode/internal/codenode'
import { CodenodeError } from 'codenode/internal/contract/error'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { closeServer } from './close-server.ts'
import { type Address, checkExposure, listen } from './listen.ts'
import { openService } from './open-service.ts'
import { parseServiceOptions, type ServiceOptions } from './service-options.ts'

export type ListenOptions = {
  /** Default: the option `host` of the service, else `127.0.0.1`. All others than those of this machine need API keys. */
  host?: string
  /** 0 takes any free one. Default: the option `port` of the service, else 8194. */
  port?: number
  /** As Fastify's. Default: JSON lines on the standard error where the option `logLevel` is given, else none. */
  logger?: FastifyServerOptions['logger']
}

/** A service that runs; `createService` makes one. */
export interface Service extends AsyncDisposable {
  /**
   * All routes and the editor, as a plugin of Fastify 5. Whatever the server around it does, they keep their own hooks,
   * parsers and errors. The service is closed with the server.
   *
   * @example
   * await app.register(service.routes, { prefix: '/codenode' })
   */
  readonly routes: (scope: FastifyInstance) => Promise<void>
  /**
   * The library on the same interpreters, for runs of the program's own. Such runs are not in the history. It has `maxRunning`
   * and `maxWaiting` of its own, and ends with the service: its `close` does nothing.
   */
  readonly codenode: Codenode
  /**
   * Serves on a port of its own. Resolves to its address, such as `http://127.0.0.1:8194`. Rejects with `configuration_invalid`
   * when it cannot listen there, or when other machines could reach it without an API key.
   */
  listen(options?: ListenOptions): Promise<string>
  /** `/readyz` and `/health` answer 503 from here on, so that load balancers send requests elsewhere. Runs are still taken. */
  drain(): void
  /**
   * Reads the option `keysFile` again, and gives the names of the keys that came and went. Throws `configuration_invalid` when the file
   * is wrong; then the keys stay as they are.
   */
  reloadKeys(): { added: string[]; removed: string[] }
  /**
   * Takes nothing more, lets runs finish for `deadlineMs` (default: the option `stopMs`, else 10 s), ends the rest as
   * `run_interrupted`, and stops everything. Runs that were accepted and have not begun are left to the next start. A second call
   * waits for the first.
   */
  close(options?: { deadlineMs?: number }): Promise<void>
}

/**
 * Starts a service: the HTTP API, the API of dify-sandbox, MCP and the editor, with a history of runs. It owns processes and
 * files, so it must be closed: by `await using`, by `close()`, or with the server that its routes are registered in. Options
 * are the settings of codenode.yaml under the same names. That file is not read; of the environment, only the folders, the
 * time zone and bubblewrap are (`CODENODE_DATA_DIR`, `CODENODE_PACKAGES_DIR`, `CODENODE_TZ`, `TZ`, `CODENODE_BWRAP`). Rejects with
 * `configuration_invalid`, before anything starts, when options are wrong (all of them are listed), and with
 * `sandbox_unavailable` when the isolation cannot be enforced.
 *
 * @example
 * const app = fastify()
 * const service = await createService({ apiKeys: [process.env.CODENODE_KEY ?? ''] })
 * await app.register(service.routes, { prefix: '/codenode' })
 * await app.listen({ port: 3000 })
 */
export async function createService(options: ServiceOptions = {}): Promise<Service> {
  const { settings, onWarning } = parseServiceOptions(options)
  const { host, port, stopMs, logLevel } = settings.service
  const service = await openService(settings, {
    onNotice: onWarning,
    onProblem: ({ message, isSolved }) => onWarning(isSolved ? `solved: ${message}` : message),
  })
  const isLogged = settings.readings.get('logLevel')?.origin.from !== 'default'
  /** The server of its own, from the first call of `listen` on. */
  let listening: Promise<FastifyInstance> | undefined
  let closing: Promise<void> | undefined
  const closeNow = async (deadlineMs: number): Promise<void> => {
    const server = await listening?.catch(() => undefined)
    if (server) await closeServer(server, service, deadlineMs)
    else await service.close(deadlineMs)
  }
  const close = (deadlineMs: number): Promise<void> => {
    closing ??= closeNow(deadlineMs)
    return closing
  }
  const open = async (address: Address, logger: FastifyServerOptions['logger']): Promise<FastifyInstance> => {
    await checkExposure(address.host, settings.service, 'host')
    const server = await service.createServer(logger)
    await listenOrClose(server, address)
    return server
  }
  return {
    codenode: service.codenode,
    routes: async (scope) => {
      // Requests that wait for a run keep the server open, so the runs end first.
      scope.addHook('preClose', async () => {
        service.endRuns(stopMs).catch((error: unknown) => scope.log.error({ err: error }, 'closing'))
      })
      scope.addHook('onClose', () => close(stopMs))
      await service.routes(scope)
    },
    listen: async (where = {}) => {
      if (closing) throw new CodenodeError('service_stopping', {})
      if (listening) throw new Error('The service listens already; a service has one server of its own.')
      const address = { host: where.host ?? host, port: where.port ?? port }
      listening = open(address, where.logger ?? (isLogged && { level: logLevel, stream: process.stderr }))
      try {
        return urlOf(address.host, await listening)
      } catch (error) {
        listening = undefined
        throw error
      }
    },
    drain: () => service.runs.drain(),
    reloadKeys: () => service.reloadKeys(),
    close: ({ deadlineMs = stopMs } = {}) => close(deadlineMs),
    [Symbol.asyncDispose]: () => close(stopMs),
  }
}

function urlOf(host: string, server: FastifyInstance): string {
  // It listens on TCP, so there is an address with a port.
  const { port } = server.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

async function listenOrClose(server: FastifyInstance, address: Address): Promise<void> {
  try {
    await listen(server, address, { host: 'host', port: 'port' })
  } catch (error) {
    await server.close()
    throw error
  }
}
