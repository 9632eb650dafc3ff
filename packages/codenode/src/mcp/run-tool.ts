import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import type { RunEvent } from '../contract/events.ts'
import type { ClientId, RunService } from '../service/types.ts'
import { toRunAnswer } from './answers.ts'
import type { RunRequest } from './arguments.ts'

/**
 * Runs a node for a client of the protocol: tells logs while they are printed, cancels the run when the client cancels the
 * call or goes away, and answers with the record. Throws as `RunService.start` does.
 */
export async function runTool(
  { request, outputs }: RunRequest,
  { runs, client }: { runs: RunService; client: ClientId },
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const { signal } = mcpReq
  const run = runs.start(request, { client, signal, outputs })
  const tell = buildTeller(mcpReq)
  for await (const { event } of runs.follow(run.id, client, { signal })) {
    if (signal.aborted) break
    if (event.type === 'log') await tell(event)
  }
  return toRunAnswer(await run.record)
}

type LogEvent = Extract<RunEvent, { type: 'log' }>

/** Log messages, where the client wants them, and progress with the printed text, where it asked for progress. */
function buildTeller({ log, notify, _meta }: ServerContext['mcpReq']): (event: LogEvent) => Promise<void> {
  const progressToken = _meta?.progressToken
  let progress = 0
  return async ({ runId, attempt, entry }) => {
    await log(entry.stream === 'stderr' ? 'warning' : 'info', { runId, attempt, ...entry }, 'codenode')
    if (progressToken === undefined) return
    progress += 1
    const message = entry.text.trimEnd()
    await notify({ method: 'notifications/progress', params: { progressToken, progress, message } })
  }
}
