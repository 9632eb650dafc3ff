import {
  type CallToolResult,
  McpServer,
  type ServerContext,
  type StandardSchemaWithJSON,
} from '@modelcontextprotocol/server'
import { CodenodeError, isCodenodeError } from 'codenode/internal/contract/error'
import type { ServerLimits } from 'codenode/internal/contract/limits'
import { runRecordSchema } from 'codenode/internal/contract/record'
import type { RuntimeName } from 'codenode/internal/contract/runtime-name'
import { workflowRecordSchema } from 'codenode/internal/contract/workflow-record'
import type { InstalledPackage } from 'codenode/internal/sandbox/installed-packages'
import * as z from 'zod'
import type { ClientId, RunService, WorkflowStartOptions } from '../service/api/types.ts'
import { readLargeText } from '../service/requests/read-workflow.ts'
import { toErrorAnswer } from './answers.ts'
import {
  type NodeRun,
  readListPackages,
  readRunCode,
  readRunNode,
  readRunWorkflow,
  toolArguments,
} from './arguments.ts'
import {
  describeRunCode,
  describeRunNode,
  describeRunWorkflow,
  instructions,
  listPackagesDescription,
} from './descriptions.ts'
import { packagesSchema, packagesTool } from './packages-tool.ts'
import { runTool } from './run-tool.ts'

export type McpOptions = {
  runs: RunService
  /** What code can import. */
  packages: () => Record<RuntimeName, InstalledPackage[]>
  version: string
  limits: ServerLimits
  /** Told of a mistake of ours; the client is told only that there was one. */
  onFailure: (error: unknown) => void
}

/** A server of the Model Context Protocol for one client. It serves one connection, or one HTTP request. */
export function buildMcpServer(options: McpOptions, client: ClientId): McpServer {
  const { runs, packages, version, limits, onFailure } = options
  const answering = buildAnswering(onFailure)
  const startNode =
    ({ request, outputs }: NodeRun) =>
    (run: WorkflowStartOptions) =>
      runs.start(request, { ...run, outputs })
  const server = new McpServer(
    { name: 'codenode', title: 'Codenode', version },
    { capabilities: { logging: {}, tools: { listChanged: false } }, instructions },
  )
  server.registerTool(
    'run_code',
    {
      title: 'Run code',
      description: describeRunCode(limits),
      inputSchema: schemas.runCode,
      outputSchema: schemas.record,
      annotations: harmless,
    },
    answering((given, context) => runTool(startNode(readRunCode(given)), { runs, client }, context)),
  )
  server.registerTool(
    'run_node',
    {
      title: 'Run a Code node',
      description: describeRunNode(limits),
      inputSchema: schemas.runNode,
      outputSchema: schemas.record,
      annotations: harmless,
    },
    answering((given, context) => runTool(startNode(readRunNode(given)), { runs, client }, context)),
  )
  server.registerTool(
    'run_workflow',
    {
      title: 'Run a workflow',
      description: describeRunWorkflow(limits),
      inputSchema: schemas.runWorkflow,
      outputSchema: schemas.workflowRecord,
      annotations: harmless,
    },
    answering(async (given, context) => {
      const { workflow, ...rest } = readRunWorkflow(given)
      const request = { workflow: await readLargeText(workflow), ...rest }
      return await runTool((run) => runs.startWorkflow(request, run), { runs, client }, context)
    }),
  )
  server.registerTool(
    'list_packages',
    {
      title: 'List packages',
      description: listPackagesDescription,
      inputSchema: schemas.listPackages,
      outputSchema: schemas.packages,
      annotations: { ...harmless, idempotentHint: true },
    },
    answering((given) => packagesTool(readListPackages(given), packages())),
  )
  return server
}

/** A run touches nothing outside its sandbox. */
const harmless = { readOnlyHint: true, destructiveHint: false, openWorldHint: false }

const schemas = {
  runCode: advertise(toolArguments.run_code, 'input'),
  runNode: advertise(toolArguments.run_node, 'input'),
  runWorkflow: advertise(toolArguments.run_workflow, 'input'),
  listPackages: advertise(toolArguments.list_packages, 'input'),
  record: advertise(runRecordSchema, 'output'),
  workflowRecord: advertise(workflowRecordSchema, 'output'),
  packages: advertise(packagesSchema, 'output'),
}

/**
 * A schema that is told to clients, while the tool checks its arguments itself: in the words of the catalogue, and without
 * a copy, in which zod drops a member called `__proto__`.
 */
function advertise(schema: z.ZodType, io: 'input' | 'output'): StandardSchemaWithJSON {
  // The protocol asks for `type: object` at the top, which a union does not say by itself.
  const json: Record<string, unknown> = {
    type: 'object',
    ...z.toJSONSchema(schema, { io, target: 'draft-2020-12' }),
  }
  return {
    '~standard': {
      version: 1,
      vendor: 'codenode',
      validate: (value) => ({ value }),
      jsonSchema: { input: () => json, output: () => json },
    },
  }
}

type Answer = CallToolResult | Promise<CallToolResult>

/** What the caller or the platform did wrong is an answer, which the model can read. */
function buildAnswering(onFailure: McpOptions['onFailure']) {
  return (work: (given: unknown, context: ServerContext) => Answer) =>
    async (given: unknown, context: ServerContext): Promise<CallToolResult> => {
      try {
        return await work(given, context)
      } catch (error) {
        if (isCodenodeError(error)) return toErrorAnswer(error)
        // Nobody waits for the answer to a cancelled call; that its notifications fail is no mistake.
        if (!context.mcpReq.signal.aborted) onFailure(error)
        return toErrorAnswer(new CodenodeError('internal_error', {}, { cause: error }))
      }
    }
}
