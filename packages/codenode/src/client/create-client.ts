import type { Issue } from '../contract/failures.ts'
import type { ModuleMembers } from '../contract/module-members.ts'
import type { CodeNode } from '../contract/node.ts'
import type { Isolation } from '../contract/program.ts'
import type { RunRecord } from '../contract/record.ts'
import type { AnyEvent, AnyRecord } from '../contract/run-documents.ts'
import type { CodeNodeTemplate, OutputsOf } from '../contract/typed-node.ts'
import type { WorkflowEvent } from '../contract/workflow-events.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { type FollowOptions, followRun } from './follow-run.ts'
import { type OfNodes, type OfWorkflows, type RunRequest, run, start } from './run.ts'
import { createTransport, type TransportOptions } from './transport.ts'
import type {
  MembersRequest,
  NodeRequest,
  Packages,
  ReplayRequest,
  RequestOptions,
  RerunRequest,
  RunDocument,
  RunFilter,
  RunOptions,
  RunPage,
  RunRequestDocument,
  RunSelection,
  SequencedEvent,
  ServiceStatus,
  StandInOptions,
  StartOptions,
  WorkflowRequest,
  WorkflowValidation,
} from './types.ts'

export type ClientOptions = TransportOptions

export type Client = {
  /**
   * Runs a node and waits for its record. An abort of `signal` cancels the run, unless it has an idempotency key. A node that
   * `defineNode` has made gives its types to inputs and outputs.
   */
  runNode<const Node extends CodeNodeTemplate>(
    request: NodeRequest<Node> & { outputs?: 'declared' },
    options?: RunOptions,
  ): Promise<RunRecord<OutputsOf<Node>>>
  runNode<const Node extends CodeNodeTemplate>(request: NodeRequest<Node>, options?: RunOptions): Promise<RunRecord>
  /** Starts a node and does not wait for it; an abort of `signal` ends only the request. A fast run may have ended already. */
  startNode(request: NodeRequest, options?: StartOptions): Promise<OfNodes['document']>
  /** Runs a workflow and waits for its record, as `runNode` does. */
  runWorkflow(request: WorkflowRequest, options?: RunOptions<WorkflowEvent>): Promise<WorkflowRecord>
  startWorkflow(request: WorkflowRequest, options?: StartOptions): Promise<OfWorkflows['document']>
  /** Runs one node of a past run of a workflow again, with the inputs that it had, and waits for its record. */
  rerunNode(request: RerunRequest, options?: RunOptions): Promise<RunRecord>
  /** Runs a past run of a workflow again, with the inputs that it had, and waits for its record. */
  replay(request: ReplayRequest, options?: RunOptions<WorkflowEvent>): Promise<WorkflowRecord>
  getRun(id: string, options?: RequestOptions): Promise<RunDocument>
  /** What the run was asked to do; `inputs` is null where inputs are not kept. */
  getRunRequest(id: string, options?: RequestOptions): Promise<RunRequestDocument>
  listRuns(filter?: RunFilter, options?: RequestOptions): Promise<RunPage>
  /** Ends a run and waits for its record; one that has ended stays as it is. */
  cancelRun(id: string, options?: RequestOptions): Promise<AnyRecord>
  /** Deletes runs that have ended, for good; gives how many. Those in progress stay. */
  deleteRuns(selection: RunSelection, options?: RequestOptions): Promise<number>
  /**
   * The events of a run, those to come included, up to its `result`. A broken connection is opened again. Who knows what the
   * run is of can say so: `followRun<WorkflowEvent>(id)`.
   */
  followRun<Event extends AnyEvent = AnyEvent>(
    id: string,
    options?: FollowOptions,
  ): AsyncGenerator<SequencedEvent<Event>, void>
  validateNode(
    node: unknown,
    options?: RequestOptions,
  ): Promise<{ valid: true; node: CodeNode } | { valid: false; issues: Issue[] }>
  validateWorkflow(workflow: unknown, options?: RequestOptions & StandInOptions): Promise<WorkflowValidation>
  packages(options?: RequestOptions): Promise<Packages>
  /** What a module has, as code in the language finds it. */
  members(request: MembersRequest, options?: RequestOptions): Promise<ModuleMembers>
  /** What is enforced on each run. */
  isolation(options?: RequestOptions): Promise<Isolation>
  status(options?: RequestOptions): Promise<ServiceStatus>
  /** Resolves when the service takes runs. */
  health(options?: RequestOptions): Promise<void>
}

/**
 * A client of the HTTP service, for browsers and Node.js. Every call throws `ApiError` when the service refuses or cannot
 * be reached, and the reason of `signal` when that is aborted. No call has a time limit of its own: `AbortSignal.timeout`
 * sets one.
 *
 * `baseUrl`: where the service is, such as `http://127.0.0.1:8194`; empty in pages that the service itself serves. Throws
 * `TypeError` where it is no text.
 *
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:8194' })
 * const record = await client.runNode({ node, inputs: { text: 'a b' } })
 */
export function createClient(options: ClientOptions): Client {
  const transport = createTransport(options)
  // The service answers as its contract says; what comes from it is trusted as far as its shape goes.
  const ask = async <Answer>(request: Parameters<typeof transport.ask>[0]): Promise<Answer> =>
    (await transport.ask(request)) as Answer
  const pathOf = (id: string): string => `/v1/runs/${encodeURIComponent(id)}`

  return {
    // The service checks that the outputs are what the node declares.
    runNode: (request: NodeRequest, options: RunOptions = {}) => run<OfNodes>(transport, toNodeRun(request), options),
    startNode: (request, options = {}) => start<OfNodes>(transport, toNodeRun(request), options),
    runWorkflow: (body, options = {}) => run<OfWorkflows>(transport, { path: workflowPath, body }, options),
    startWorkflow: (body, options = {}) => start<OfWorkflows>(transport, { path: workflowPath, body }, options),
    rerunNode: ({ runId, nodeId, ...body }, options = {}) =>
      run<OfNodes>(transport, { path: `${pathOf(runId)}/nodes/${encodeURIComponent(nodeId)}/rerun`, body }, options),
    replay: ({ runId, ...body }, options = {}) =>
      run<OfWorkflows>(transport, { path: `${pathOf(runId)}/replay`, body }, options),
    getRun: (id, { signal } = {}) => ask({ path: pathOf(id), signal }),
    getRunRequest: (id, { signal } = {}) => ask({ path: `${pathOf(id)}/request`, signal }),
    listRuns: (filter = {}, { signal } = {}) => ask({ path: '/v1/runs', query: filter, signal }),
    cancelRun: (id, { signal } = {}) =>
      ask({ method: 'POST', path: `${pathOf(id)}/cancel`, signal, outlivesPage: true }),
    deleteRuns: async (selection, { signal } = {}) => {
      const body = selection
      const { deleted } = await ask<{ deleted: number }>({ method: 'POST', path: '/v1/runs/delete', body, signal })
      return deleted
    },
    followRun: (id, options) => followRun(transport, id, options),
    validateNode: (node, { signal } = {}) =>
      ask({ method: 'POST', path: '/v1/nodes/validate', body: { node }, signal }),
    validateWorkflow: (workflow, { signal, standIns, standInsFrom } = {}) =>
      ask({ method: 'POST', path: '/v1/workflows/validate', body: { workflow, standIns, standInsFrom }, signal }),
    packages: ({ signal } = {}) => ask({ path: '/v1/packages', signal }),
    members: ({ language, module, path }, { signal } = {}) =>
      ask({ path: `/v1/packages/${language}/${encodeURIComponent(module)}/members`, query: { path }, signal }),
    isolation: ({ signal } = {}) => ask({ path: '/v1/isolation', signal }),
    status: ({ signal } = {}) => ask({ path: '/v1/status', signal }),
    health: async ({ signal } = {}) => {
      await transport.ask({ path: '/health', signal })
    },
  }
}

const workflowPath = '/v1/workflows/run'

function toNodeRun(body: NodeRequest): RunRequest {
  return { path: '/v1/nodes/run', body }
}
