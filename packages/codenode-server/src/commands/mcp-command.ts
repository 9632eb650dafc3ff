import { type ExitCode, exitCodes } from 'codenode/internal/cli/exit-codes'
import { readSettings, type Settings } from 'codenode/internal/cli/read-settings'
import type { McpOptions } from 'codenode/internal/cli/server-commands'
import { listenForStop } from 'codenode/internal/cli/stop-signals'
import { openTerminal } from 'codenode/internal/cli/terminal'
import { createSandbox } from 'codenode/internal/pool/create-sandbox'
import { serveMcpStdio } from '../mcp/serve-stdio.ts'
import { readVersion } from '../server/read-version.ts'
import { createRunService } from '../service/run-service.ts'

/** Serves one agent over the standard streams until the input ends. Only the protocol is on the standard output. */
export async function mcpCommand(options: McpOptions): Promise<ExitCode> {
  const stderr = openTerminal(process.stderr)
  const tell = (message: string): void => stderr.write(`codenode mcp: ${message}\n`)
  const config = readSettings(options, tell)
  const stop = listenForStop(stderr)
  const stopping = new AbortController()
  // It never rejects; without a signal it stays pending, which keeps nothing alive.
  void stop.asked.then(() => stopping.abort())
  const { maxRunning } = config
  const maxRuns = maxRunning + config.maxWaiting
  try {
    await using sandbox = await createSandbox({
      ...toSandboxOptions(config),
      onWarning: tell,
      maxRunning,
      // The runs below are counted; what they are taken for may wait.
      maxWaiting: Number.MAX_SAFE_INTEGER,
      renewal: config.renewal,
      isolation: options.isolation ?? config.isolation,
    })
    const runs = createRunService({
      sandbox,
      limits: sandbox.limits,
      maxRuns,
      workflows: { wallMs: config.workflowMs, parallelism: maxRunning },
      // What the agent ran is the agent's to remember; two of them need not share a file.
      history: { ...config.service.history, maxMb: Math.min(config.service.history.maxMb, memoryMb), file: ':memory:' },
      onProblem: ({ message }) => tell(message),
    })
    try {
      tell(`ready (isolation ${sandbox.isolation.level})`)
      const streams = { input: process.stdin, output: process.stdout, onProblem: tell }
      const packages = () => sandbox.packages()
      await serveMcpStdio(
        { runs, packages, version: readVersion(), limits: config.limits, ...streams },
        stopping.signal,
      )
    } finally {
      // Nobody is there to take the results of what still runs.
      await runs.close({ deadlineMs: 0 })
    }
    return exitCodes.success
  } finally {
    stop.forget()
  }
}

/** Of the history, which is in memory. */
const memoryMb = 256

function toSandboxOptions({ dataDir, packagesDir, spares = 1, limits, bigIntegers, timeZone }: Settings) {
  return {
    limits,
    bigIntegers,
    timeZone,
    // One agent rarely runs two programs at once.
    spares,
    dataDir,
    packagesDir,
  }
}
