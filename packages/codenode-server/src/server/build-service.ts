import path from 'node:path'
import { Codenode } from 'codenode/internal/codenode'
import type { Config } from 'codenode/internal/config/read-config'
import type { AnyRecord } from 'codenode/internal/contract/run-documents'
import { makeDataFolder } from 'codenode/internal/places/make-folder'
import type { RunningSandbox } from 'codenode/internal/pool/create-sandbox'
import { toSpareRange } from 'codenode/internal/pool/options/spare-target'
import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import { buildRoutes, type RoutesOptions } from '../http/build-routes.ts'
import { countConnections } from '../http/connection-room.ts'
import { createServer } from '../http/create-server.ts'
import type { OpenKeyring } from '../http/keys/open-keyring.ts'
import { createTelemetry } from '../http/telemetry/create-telemetry.ts'
import { readOpenFiles } from '../http/wire/open-files.ts'
import type { RunService } from '../service/api/types.ts'
import { createRunService } from '../service/run-service.ts'
import { OwnRuns } from './own-runs.ts'
import { readVersion } from './read-version.ts'

/** What a service works with: the configuration, and the places that it comes to. */
export type ServiceSettings = Config & { dataDir: string; packagesDir: string }

export type OpenService = {
  readonly runs: RunService
  /** Runs that an earlier service had accepted, and that were begun now. */
  readonly resumed: number
  readonly sandbox: RunningSandbox
  /** The library on the same interpreters. */
  readonly codenode: Codenode
  /** All routes, for a server that is there already. */
  readonly routes: (scope: FastifyInstance) => Promise<void>
  /** A server of its own; it does not listen yet. */
  createServer(logger: FastifyServerOptions['logger']): Promise<FastifyInstance>
  /** Reads the file of keys again; throws when it is wrong, and then keeps the keys. */
  reloadKeys(): { added: string[]; removed: string[] }
  /** Takes nothing more, lets runs finish for `deadlineMs`, and ends the rest as `run_interrupted`. What they have come to can still be answered. */
  endRuns(deadlineMs: number): Promise<void>
  /** The same, and stops everything. */
  close(deadlineMs: number): Promise<void>
}

export type Listener = {
  /** Told what the operator should know before anything is served. */
  onNotice: (message: string) => void
  /** Told when something is wrong, and when it is right again. */
  onProblem: (problem: { message: string; isSolved: boolean }) => void
}

export type Place = { sandbox: RunningSandbox; keys: OpenKeyring; cores: number; hosts: number }

/** Everything of a service but the interpreters, which it closes: also where it throws. */
export async function buildService(
  settings: ServiceSettings,
  { sandbox, keys, cores, hosts }: Place,
  onProblem: Listener['onProblem'],
): Promise<OpenService> {
  const { dataDir, maxRunning, service } = settings
  const maxRuns = maxRunning + settings.maxWaiting
  const maxBytes = service.maxWaitingMb * 2 ** 20
  const opened: (() => Promise<void>)[] = [() => sandbox.close()]
  try {
    const { keyring } = keys
    // Several keys: half for each, so that a flood of one leaves room for the others. A single one may have everything.
    const share = (whole: number) => (keys.isShared ? Math.ceil(whole / 2) : whole)
    makeDataFolder(dataDir)
    const runs = createRunService({
      sandbox,
      limits: sandbox.limits,
      maxRuns,
      workflows: { wallMs: settings.workflowMs, parallelism: maxRunning },
      maxRunsPerClient: service.maxRunsPerKey ?? share(maxRuns),
      maxRunsOf: (client) => keyring.maxRunsOf(client),
      maxBytes,
      maxBytesPerClient: share(maxBytes),
      history: { file: path.join(dataDir, 'history.sqlite'), ...service.history },
      onProblem,
    })
    opened.push(() => runs.close({ deadlineMs: 0 }))
    const version = readVersion()
    const telemetry = await createTelemetry({
      ...{ runs, sandbox, version, maxRunning, traces: service.traces, onProblem },
      // Else any key reads the metrics.
      perClient: service.metricsKey !== null,
    })
    opened.push(() => telemetry.close())
    const resumed = runs.resume()
    const options: RoutesOptions = {
      isShared: keys.isShared,
      runs,
      sandbox,
      config: settings,
      keyring,
      version,
      telemetry,
    }
    const children = maxRunning + 2 * Math.max(1, hosts) * toSpareRange(settings.spares, cores).most
    let closing: Promise<void> | undefined
    const own = new OwnRuns(sandbox, { maxRunning, maxWaiting: settings.maxWaiting })
    let ending: Promise<unknown> | undefined
    const endRuns = async (deadlineMs: number): Promise<void> => {
      ending ??= Promise.all([runs.close({ deadlineMs }), own.close(deadlineMs)])
      await ending
    }
    const closeAll = async (deadlineMs: number): Promise<void> => {
      try {
        await endRuns(deadlineMs)
        await telemetry.close()
      } finally {
        await sandbox.close()
      }
    }
    return {
      runs,
      resumed,
      sandbox,
      codenode: new Codenode(own.sandbox),
      routes: buildRoutes(options),
      createServer: async (logger) => {
        const server = await createServer({
          ...options,
          logger,
          maxConnections: countConnections(readOpenFiles(), children),
        })
        runs.onEnded((record, { client, language }) => server.log.info(toLogLine(record, client, language), 'run'))
        return server
      },
      reloadKeys: keys.reload,
      endRuns,
      close: (deadlineMs) => {
        closing ??= closeAll(deadlineMs)
        return closing
      },
    }
  } catch (error) {
    for (const undo of opened.toReversed()) await undo()
    throw error
  }
}

/** How a run ended, for the log. Nothing of what it was asked with or has given. */
function toLogLine({ id, status, error, usage }: AnyRecord, client: string, language: string | null) {
  const { wallMs, queuedMs, cpuMs, peakMemoryBytes } = usage
  return {
    ...{ runId: id, status, errorCode: error?.code, language: language ?? undefined, client },
    ...{ ms: wallMs, queuedMs, cpuMs, peakMemoryBytes },
  }
}
