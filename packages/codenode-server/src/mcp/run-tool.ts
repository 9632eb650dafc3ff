import type { CallToolResult, ServerContext } from '@modelcontextprotocol/server'
import type { AnyEvent, AnyRecord } from 'codenode/internal/contract/run-documents'
import type { ClientId, RunService, StartedRun, WorkflowStartOptions } from '../service/api/types.ts'
import { toRunAnswer } from './answers.ts'
import { toMessage } from './messages.ts'

/**
 * Runs a node or a workflow for a client of the protocol: tells what happens while it happens, cancels the run when the client
 * cancels the call or goes away, and answers with the record. Throws as `start`.
 */
export async function runTool(
  start: (options: WorkflowStartOptions) => StartedRun<AnyRecord>,
  { runs, client }: { runs: RunService; client: ClientId },
  { mcpReq }: ServerContext,
): Promise<CallToolResult> {
  const { signal } = mcpReq
  const run = start({ client, signal })
  const tell = buildTeller(mcpReq)
  for await (const { event } of runs.follow(run.id, client, { signal })) {
    if (signal.aborted) break
    await tell(event)
  }
  return toRunAnswer(await run.record)
}

/** Log messages, where the client wants them, and progress with a text, where it asked for progress. */
function buildTeller({ log, notify, _meta }: ServerContext['mcpReq']): (event: AnyEvent) => Promise<void> {
  const progressToken = _meta?.progressToken
  let progress = 0
  return async (event) => {
    const message = toMessage(event)
    if (!message) return
    await log(message.level, message.data, 'codenode')
    if (progressToken === undefined) return
    progress += 1
    await notify({
      method: 'notifications/progress',
      params: { progressToken, progress, message: message.text },
    })
  }
}
