import type { FastifyInstance } from 'fastify'
import { workflowRecordSchema } from '../../contract/workflow/record.ts'
import { checkRequestedWorkflow } from '../../service/check-workflow.ts'
import { isLargeText, readLargeText } from '../../service/read-workflow.ts'
import { compileBodyCheck } from '../check-request.ts'
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
import { runHeadersSchema } from '../headers.ts'
import { answer, problems } from '../openapi.ts'
import { sendDocument } from '../send-document.ts'
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
      response: runAnswers({ record: workflowRecordSchema, document: workflowRunSchema }, 'workflow_invalid'),
    },
    validatorCompiler: compileBodyCheck(workflowEnvelopeSchema),
    handler: async (request, reply) => {
      const { workflow: given, inputs } = request.body
      // Not awaited where there is nothing to wait for.
      const workflow = isLargeText(given) ? await readLargeText(given) : given
      return await answerRun(deps, { request, reply }, (options) => runs.startWorkflow({ workflow, inputs }, options))
    },
  })

  server.post<{ Body: ValidateWorkflowEnvelope }>('/v1/workflows/validate', {
    schema: {
      operationId: 'validateWorkflow',
      tags: ['Workflows'],
      summary: 'Check a workflow without running it',
      body: validateWorkflowSchema,
      response: {
        200: answer('Whether it can run, and all that is wrong if not.', workflowValidationSchema),
        ...problems(
          ...(['request_invalid', 'unauthorized', 'origin_refused'] as const),
          ...(['request_too_large', 'media_type_unsupported', 'internal_error'] as const),
        ),
      },
    },
    validatorCompiler: compileBodyCheck(validateWorkflowEnvelopeSchema),
    handler: async (request, reply) =>
      sendDocument(reply, await checkRequestedWorkflow(request.body.workflow, config.limits), timeouts.stallMs),
  })
}
