import { runRecordSchema } from 'codenode/internal/contract/record'
import { workflowRecordSchema } from 'codenode/internal/contract/workflow-record'
import type { FastifyInstance } from 'fastify'
import type * as z from 'zod'
import type { ClientId } from '../../service/api/types.ts'
import { readLargeText } from '../../service/requests/read-workflow.ts'
import { nodeRunSchema, runIdSchema, workflowRunSchema } from '../documents/run-documents.ts'
import {
  nodeOfRunSchema,
  type ReplayEnvelope,
  type RerunEnvelope,
  replayEnvelopeSchema,
  replayRequestSchema,
  rerunEnvelopeSchema,
  rerunRequestSchema,
} from '../documents/workflow-documents.ts'
import { compileBodyCheck } from '../wire/check-request.ts'
import { runHeadersSchema } from '../wire/headers.ts'
import { stateOf } from '../wire/request-state.ts'
import type { RouteDeps } from './route-deps.ts'
import { answerRun, howRunsAreAnswered, runAnswers } from './start-run.ts'

type Rerun = { Params: z.output<typeof nodeOfRunSchema>; Body: RerunEnvelope }
type Replay = { Params: z.output<typeof runIdSchema>; Body: ReplayEnvelope }

/** Runs past runs of workflows again. */
export function addRerunRoutes(server: FastifyInstance, deps: RouteDeps): void {
  const { runs } = deps

  server.post<Rerun>('/v1/runs/:id/nodes/:nodeId/rerun', {
    schema: {
      operationId: 'rerunNode',
      tags: ['Workflows'],
      summary: 'Run one node of a past run of a workflow again',
      description: `Alone, with the inputs that it had, or changed ones: a new run, of a node. ${howRunsAreAnswered}`,
      headers: runHeadersSchema,
      params: nodeOfRunSchema,
      body: rerunRequestSchema,
      response: runAnswers(
        { record: runRecordSchema, document: nodeRunSchema },
        ...(['run_not_found', 'rerun_refused', 'workflow_invalid'] as const),
      ),
    },
    validatorCompiler: compileBodyCheck(rerunEnvelopeSchema),
    handler: async (request, reply) => {
      const { id: runId, nodeId } = request.params
      const read = await readLargeText(workflowOf(runId, stateOf(request).client))
      return await answerRun(deps, { request, reply }, (options) =>
        runs.rerunNode({ runId, nodeId, ...request.body, read }, options),
      )
    },
  })

  server.post<Replay>('/v1/runs/:id/replay', {
    schema: {
      operationId: 'replayRun',
      tags: ['Workflows'],
      summary: 'Run a past run of a workflow again',
      description: `With the inputs that it had, or changed ones. ${howRunsAreAnswered}`,
      headers: runHeadersSchema,
      params: runIdSchema,
      body: replayRequestSchema,
      response: runAnswers(
        { record: workflowRecordSchema, document: workflowRunSchema },
        ...(['run_not_found', 'replay_refused', 'workflow_invalid'] as const),
      ),
    },
    validatorCompiler: compileBodyCheck(replayEnvelopeSchema),
    handler: async (request, reply) => {
      const { id: runId } = request.params
      const read = await readLargeText(workflowOf(runId, stateOf(request).client))
      return await answerRun(deps, { request, reply }, (options) =>
        runs.replay({ runId, ...request.body, read }, options),
      )
    },
  })

  /** Undefined where the service itself says what is wrong. */
  function workflowOf(runId: string, client: ClientId): unknown {
    const request = runs.request(runId, client)
    return 'workflow' in request ? request.workflow : undefined
  }
}
