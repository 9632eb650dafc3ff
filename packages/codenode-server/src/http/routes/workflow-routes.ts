import { workflowRecordSchema } from 'codenode/internal/contract/workflow-record'
import type { FastifyInstance } from 'fastify'
import { checkRequestedWorkflow } from '../../service/requests/check-workflow.ts'
import { isLarge, readLargeText } from '../../service/requests/read-workflow.ts'
import { workflowRunSchema } from '../documents/run-documents.ts'
import {
  type ValidateWorkflowEnvelope,
  validateWorkflowEnvelopeSchema,
  validateWorkflowSchema,
  type WorkflowEnvelope,
  workflowEnvelopeSchema,
  workflowRequestSchema,
  workflowValidationSchema,
} from '../documents/workflow-documents.ts'
import { compileBodyCheck } from '../wire/check-request.ts'
import { runHeadersSchema } from '../wire/headers.ts'
import { answer, problems } from '../wire/openapi.ts'
import { stateOf } from '../wire/request-state.ts'
import { sendDocument } from '../wire/send-document.ts'
import type { RouteDeps } from './route-deps.ts'
import { answerRun, howRunsAreAnswered, runAnswers } from './start-run.ts'

/** Runs and checks workflows. */
export function addWorkflowRoutes(server: FastifyInstance, deps: RouteDeps): void {
  const { runs, config, timeouts } = deps

  server.post<{ Body: WorkflowEnvelope }>('/v1/workflows/run', {
    schema: {
      operationId: 'runWorkflow',
      tags: ['Workflows'],
      summary: 'Run a workflow',
      description: `A document of Dify's DSL, as an object or as YAML. ${howRunsAreAnswered}`,
      headers: runHeadersSchema,
      body: workflowRequestSchema,
      response: runAnswers(
        { record: workflowRecordSchema, document: workflowRunSchema },
        'workflow_invalid',
        'run_not_found',
      ),
    },
    validatorCompiler: compileBodyCheck(workflowEnvelopeSchema),
    handler: async (request, reply) => {
      const { workflow: given, inputs, secrets, standIns, standInsFrom } = request.body
      // Not awaited where there is nothing to wait for.
      const workflow = isLarge(given) ? await readLargeText(given) : given
      const asked = { workflow, inputs, secrets, standIns, standInsFrom: standInsFrom ?? undefined }
      return await answerRun(deps, { request, reply }, (options) => runs.startWorkflow(asked, options))
    },
  })

  server.post<{ Body: ValidateWorkflowEnvelope }>('/v1/workflows/validate', {
    config: { roles: ['run', 'read'] },
    schema: {
      operationId: 'validateWorkflow',
      tags: ['Workflows'],
      summary: 'Check a workflow without running it',
      body: validateWorkflowSchema,
      response: {
        200: answer('Whether it can run, and all that is wrong if not.', workflowValidationSchema),
        ...problems(
          ...(['request_invalid', 'unauthorized', 'origin_refused'] as const),
          ...(['request_too_large', 'media_type_unsupported', 'run_not_found', 'internal_error'] as const),
        ),
      },
    },
    validatorCompiler: compileBodyCheck(validateWorkflowEnvelopeSchema),
    handler: async (request, reply) => {
      const { workflow, standIns, standInsFrom: runId } = request.body
      const readStandIns = () => ({
        standIns,
        standInsFrom: runId == null ? undefined : runs.readStandInRecord(runId, stateOf(request).client),
      })
      const checked = await checkRequestedWorkflow(workflow, config.limits, readStandIns)
      return sendDocument(reply, checked, timeouts.stallMs)
    },
  })
}
