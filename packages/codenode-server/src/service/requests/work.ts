import type { ServerLimits } from 'codenode/internal/contract/limits'
import { languageOf } from 'codenode/internal/contract/node-words'
import type { Sandbox } from 'codenode/internal/contract/program'
import type { AnyEvent, AnyRecord, RerunOf } from 'codenode/internal/contract/run-documents'
import type { StandInRequest } from 'codenode/internal/contract/stand-in'
import { keepStandIns } from 'codenode/internal/document/stand-ins/take-recorded'
import type { Workflow, WorkflowGraph } from 'codenode/internal/document/workflow'
import { prepareRun } from 'codenode/internal/run/prepare-node'
import { runPrepared } from 'codenode/internal/run/run-node'
import { keepDocument, keepInputs } from 'codenode/internal/workflow/kept-request'
import { startWorkflow } from 'codenode/internal/workflow/run-workflow'
import { findSecrets, type Secrets } from 'codenode/internal/workflow/secrets'
import type { NodeRequest, RunRequest, RunServiceOptions, StartOptions, WorkflowRequest } from '../api/types.ts'
import type { RunSubject } from '../history/kept-run.ts'
import { keepNodeRequest } from './keep-node-request.ts'
import { asGiven, readWorkflow } from './read-workflow.ts'

/** What every run is given, whatever it is of. */
export type RunHandle = {
  runId: string
  client: string
  startedAt: Date
  signal: AbortSignal
  sandbox: Sandbox
  onEvent: (event: AnyEvent) => void
}

/** What a run is to do: all that is not the same for nodes and workflows. */
export type Work = {
  subject: RunSubject
  request: RunRequest
  rerunOf: RerunOf | null
  /** Which outputs the result of a node must have. */
  outputs: 'declared' | 'any'
  /** Throws the caller's mistakes at once. */
  begin: (handle: RunHandle) => Promise<AnyRecord>
}

/** What runs run with. */
export type RunContext = { limits: ServerLimits; workflows?: RunServiceOptions['workflows'] }

export function nodeWork(
  { node, inputs, nodeId = null, secrets }: NodeRequest,
  outputs: StartOptions['outputs'],
  { limits }: RunContext,
): Work {
  return {
    // Nobody has looked at the node yet; one that is none is refused before this is used.
    subject: {
      kind: 'node',
      language: languageOf[node?.code_language ?? 'python3'],
      node: { id: nodeId, title: node?.title ?? 'Code' },
    },
    request: keepNodeRequest(node, inputs, secrets),
    rerunOf: null,
    outputs: outputs ?? 'declared',
    begin: (handle) => {
      const { sandbox } = handle
      const run = prepareRun(node, inputs, { sandbox, limits, outputs, secrets })
      return runPrepared(run, { ...handle, nodeId }).then(({ record }) => record)
    },
  }
}

/** Throws `workflow_invalid`. */
export function workflowWork(
  { workflow: given, inputs, secrets: marked }: Pick<WorkflowRequest, 'workflow' | 'inputs' | 'secrets'>,
  { limits, workflows }: RunContext,
  standIns: StandInRequest = {},
): Work {
  const workflow = readWorkflow(given, limits, standIns)
  const kept = keepStandIns(standIns)
  const { name, mode, version, graph } = workflow
  const secrets = findSecrets(workflow, inputs, marked)
  return {
    subject: { kind: 'workflow', workflow: { name, mode, version }, nodes: countNodes(graph) },
    request: {
      workflow: keepWorkflow(given, workflow, secrets),
      inputs: keepInputs(inputs, secrets),
      secrets: secrets.names,
      ...(kept == null ? {} : { standIns: secrets.mask?.document(kept) ?? kept }),
    },
    rerunOf: null,
    outputs: 'declared',
    begin: (handle) => startWorkflow(workflow, inputs, { ...handle, ...workflows, limits, secrets: marked }),
  }
}

/** In a text a secret can be written in more ways than are known: the document that was read from it is kept in its place. */
function keepWorkflow(given: unknown, { document }: Workflow, { mask }: Secrets): unknown {
  return mask ? keepDocument(document, mask) : asGiven(given)
}

function countNodes({ nodes }: WorkflowGraph): number {
  return nodes.reduce((sum, node) => sum + (node.type === 'iteration' ? countNodes(node.body) : 0), nodes.length)
}
