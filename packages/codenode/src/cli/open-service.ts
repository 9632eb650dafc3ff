import { availableParallelism } from 'node:os'
import path from 'node:path'
import type { FastifyInstance } from 'fastify'
import { countConnections, readOpenFiles } from '../http/connection-room.ts'
import { createServer } from '../http/create-server.ts'
import { createTelemetry } from '../http/telemetry/create-telemetry.ts'
import { Keyring } from '../http/wire/keyring.ts'
import { makeDataFolder } from '../places/make-folder.ts'
import { createSandbox, type RunningSandbox } from '../pool/create-sandbox.ts'
import { defaultHosts } from '../pool/options/default-hosts.ts'
import { toSpareRange } from '../pool/options/spare-target.ts'
import type { RunService } from '../service/api/types.ts'
import { createRunService } from '../service/run-service.ts'
import type { Settings } from './read-settings.ts'
import { buildLogger } from './service-log.ts'
import { openTerminal } from './terminal.ts'

export type Service = {
  server: FastifyInstance
  runs: RunService
  sandbox: RunningSandbox
  /** Takes nothing more, lets runs finish for `deadlineMs`, cancels the rest, and stops everything. */
  close(deadlineMs: number): Promise<void>
}

/** Starts everything that serving needs; it does not listen yet. */
export async function openService(config: Settings, version: string): Promise<Service> {
  const { dataDir, packagesDir, maxRunning, service } = config
  const notices = [...config.notices]
  const cores = availableParallelism()
  const hosts = config.hosts ?? defaultHosts(cores, 'service')
  const maxRuns = maxRunning + config.maxWaiting
  const maxBytes = service.maxWaitingMb * 2 ** 20
  const sandbox = await createSandbox({
    dataDir,
    packagesDir,
    onWarning: (message) => notices.push(message),
    isolation: config.isolation,
    bigIntegers: config.bigIntegers,
    ...(config.spares === undefined ? {} : { spares: config.spares }),
    maxRunning,
    renewal: config.renewal,
    hosts,
    // The service refuses what is too much before it starts. What it has accepted always has a place to wait, also while
    // runs that have answered are still being reaped; a workflow has up to `maxRunning` programs in line.
    maxWaiting: maxRuns * maxRunning,
    limits: config.limits,
    timeZone: config.timeZone,
  })
  const { limits } = sandbox
  const opened: (() => Promise<void>)[] = [() => sandbox.close()]
  try {
    let server: FastifyInstance | undefined
    const onProblem = ({ message, isSolved }: { message: string; isSolved: boolean }) => {
      if (isSolved) server?.log.info({ problem: message }, 'solved')
      else server?.log.error({ problem: message }, 'problem')
    }
    makeDataFolder(dataDir)
    const runs = createRunService({
      sandbox,
      limits,
      maxRuns,
      workflows: { wallMs: config.workflowMs, parallelism: maxRunning },
      maxRunsPerClient: service.maxRunsPerKey ?? shareOf(service.apiKeys.length, maxRuns),
      maxBytes,
      maxBytesPerClient: shareOf(service.apiKeys.length, maxBytes),
      history: { file: path.join(dataDir, 'history.sqlite'), ...service.history },
      onProblem,
    })
    opened.push(() => runs.close({ deadlineMs: 0 }))
    const telemetry = await createTelemetry({ runs, sandbox, version, traces: service.traces, onProblem })
    opened.push(() => telemetry.close())
    const logger = buildLogger(service.logLevel, openTerminal(process.stderr))
    server = await createServer({
      runs,
      sandbox,
      config,
      keyring: new Keyring(service.apiKeys),
      version,
      telemetry,
      logger,
      maxConnections: countConnections(
        readOpenFiles(),
        maxRunning + 2 * Math.max(1, hosts) * toSpareRange(config.spares, cores).most,
      ),
    })
    for (const notice of notices) server.log.warn(notice)
    const close = async (deadlineMs: number) => {
      await closeDoor(server, runs, deadlineMs)
      await telemetry.close()
      await sandbox.close()
    }
    return { server, runs, sandbox, close }
  } catch (error) {
    for (const undo of opened.toReversed()) await undo()
    throw error
  }
}

/**
 * What one key may have where that is not set. Several keys: half, so that a flood of one leaves room for the others. A
 * single one: everything, and a flood is told that the service is full.
 */
function shareOf(keys: number, maxRuns: number): number {
  return keys > 1 ? Math.ceil(maxRuns / 2) : maxRuns
}

/** Clients get the answer to what they asked for, but do not keep the service from stopping. */
const answersMs = 2_000

async function closeDoor(server: FastifyInstance, runs: RunService, deadlineMs: number): Promise<void> {
  // Nothing new comes in from here on; requests that wait for a run keep their connection until they have its record.
  const closed = server.close()
  await runs.close({ deadlineMs })
  const timer = setTimeout(() => server.server.closeAllConnections(), answersMs)
  await closed
  clearTimeout(timer)
}
