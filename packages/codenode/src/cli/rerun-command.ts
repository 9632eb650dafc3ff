import { mergeStandIns } from '../contract/stand-in.ts'
import type { WorkflowNodeRecord } from '../contract/workflow-record.ts'
import { parseWorkflow } from '../document/parse-workflow.ts'
import type { WorkflowNode } from '../document/workflow.ts'
import { stringifyLossless } from '../json/json.ts'
import { isMaskedElsewhere, replayInputs } from '../workflow/kept-request.ts'
import { rerunNode } from '../workflow/rerun-node.ts'
import { drawNodeRecord } from './draw-node-record.ts'
import { buildWorkflowDrawer } from './draw-workflow-events.ts'
import { type ExitCode, exitCodeOfRecord } from './exit-codes.ts'
import { findKeptRun } from './kept-runs.ts'
import { readInputs } from './read-inputs.ts'
import { readSettings } from './read-settings.ts'
import { readStandIns, type StandInOptions } from './read-stand-ins.ts'
import type { RunCommandOptions } from './run-command.ts'
import { allNodes, codeOf, runtimesOf, runWorkflowDocument, sourcesOf } from './run-workflow.ts'
import { openTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { withSandbox } from './with-sandbox.ts'

export type RerunCommandOptions = Omit<RunCommandOptions, 'onlyCode' | 'writeStandIns' | keyof StandInOptions> & {
  item?: string
}

/** Runs one node of a past workflow run again, with its recorded inputs or changed ones. */
export async function rerunCommand(run: string, named: string, options: RerunCommandOptions): Promise<ExitCode> {
  const config = readSettings(options)
  const { document, record, standIns } = findKeptRun(config.dataDir, run)
  const inputs = readInputs({ file: options.inputs, pairs: options.input })
  const workflow = parseWorkflow(document, config.limits, { standIns })
  const node = findNode(allNodes(workflow.graph), named)
  const item = options.item === undefined ? undefined : readItem(options.item)

  const use = { runtimes: runtimesOf([node]), isolation: options.isolation, code: codeOf([node]) }
  const ended = await withSandbox(config, use, async ({ sandbox, signal }) => {
    const onEvent = options.json ? undefined : buildWorkflowDrawer(openTerminal(process.stderr))
    const request = { workflow, record, nodeId: node.id, inputs, item }
    return await rerunNode(request, {
      sandbox,
      signal,
      limits: config.limits,
      wallMs: config.workflowMs,
      secrets: options.secret,
      onEvent,
    })
  })
  const stdout = openTerminal(process.stdout)
  const source = sourcesOf([node])(node.id)
  stdout.write(options.json ? `${stringifyLossless(ended)}\n` : drawNodeRecord(ended, { ...stdout, source }))
  return exitCodeOfNode(ended)
}

/** Runs a whole workflow again, with its recorded inputs or changed ones. */
export async function replayCommand(run: string, options: Omit<RunCommandOptions, 'onlyCode'>): Promise<ExitCode> {
  const config = readSettings(options)
  const kept = findKeptRun(config.dataDir, run)
  const changes = readInputs({ file: options.inputs, pairs: options.input })
  if (kept.secrets.length > 0 && isMaskedElsewhere(kept.document)) {
    throw new UsageError(
      `The document of ${kept.record.id} holds a secret in more places than its environment, so it was not kept whole.`,
      'Run the document itself: codenode run FILE.',
    )
  }
  const given = readStandIns(options, config.dataDir)
  const merged = { ...given, standIns: mergeStandIns(kept.standIns, given.standIns) }
  const { inputs, secrets, standIns } = replayInputs(kept, { inputs: changes, ...merged }, options.secret)
  const how = { config, options: { ...options, secret: secrets }, standIns: { ...merged, standIns } }
  return await runWorkflowDocument(kept.document, inputs, how)
}

/** By its id, or by its title where no other node has the same. */
function findNode(nodes: readonly WorkflowNode[], named: string): WorkflowNode {
  const titled = nodes.filter(({ title }) => title === named)
  const found = nodes.find(({ id }) => id === named) ?? (titled.length === 1 ? titled[0] : undefined)
  if (found) return found
  const why = titled.length > 1 ? `${titled.length} nodes have the title` : 'The workflow has no node'
  const known = nodes.map(({ id, title }) => `${id} (${title})`).join(', ')
  throw new UsageError(`${why} ${JSON.stringify(named)}.`, `Name one of these: ${known}.`)
}

function readItem(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`--item ${text} is not an item number.`, 'The first item of an iteration is 0.')
}

function exitCodeOfNode({ status, error }: WorkflowNodeRecord): ExitCode {
  return exitCodeOfRecord({ status: status === 'skipped' ? 'cancelled' : status, error })
}
