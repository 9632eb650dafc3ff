import { firstIssues } from 'codenode/internal/contract/issues'
import type { CodeNodeInput } from 'codenode/internal/contract/node'
import { runRecordSchema } from 'codenode/internal/contract/record'
import { readNode, warnIgnored } from 'codenode/internal/reading/read-node'
import type { FastifyInstance, FastifyReply } from 'fastify'
import {
  type NodeEnvelope,
  nodeEnvelopeSchema,
  nodeRequestSchema,
  type ValidateEnvelope,
  validateEnvelopeSchema,
  validateRequestSchema,
  validationSchema,
} from '../documents/node-documents.ts'
import { nodeRunSchema } from '../documents/run-documents.ts'
import { compileBodyCheck } from '../wire/check-request.ts'
import { runHeadersSchema } from '../wire/headers.ts'
import { answer, problems } from '../wire/openapi.ts'
import { sendDocument } from '../wire/send-document.ts'
import type { RouteDeps } from './route-deps.ts'
import { answerRun, howRunsAreAnswered, runAnswers } from './start-run.ts'

/** Runs and checks nodes. */
export function addNodeRoutes(server: FastifyInstance, deps: RouteDeps): void {
  const { runs, config, timeouts } = deps

  server.post<{ Body: NodeEnvelope }>('/v1/nodes/run', {
    schema: {
      operationId: 'runNode',
      tags: ['Nodes'],
      summary: 'Run a Code node',
      description: howRunsAreAnswered,
      headers: runHeadersSchema,
      body: nodeRequestSchema,
      response: runAnswers({ record: runRecordSchema, document: nodeRunSchema }, 'node_invalid'),
    },
    validatorCompiler: compileBodyCheck(nodeEnvelopeSchema),
    handler: (request, reply) => {
      const { node, inputs, nodeId = null, outputs, secrets } = request.body
      return answerRun(deps, { request, reply }, (options) =>
        // The service checks the node.
        runs.start(
          { node: node as CodeNodeInput, inputs, nodeId, secrets },
          outputs === undefined ? options : { ...options, outputs },
        ),
      )
    },
  })

  server.post<{ Body: ValidateEnvelope }>('/v1/nodes/validate', {
    config: { roles: ['run', 'read'] },
    schema: {
      operationId: 'validateNode',
      tags: ['Nodes'],
      summary: 'Check a Code node without running it',
      body: validateRequestSchema,
      response: {
        200: answer('Whether it can run, and all that is wrong if not.', validationSchema),
        ...problems(
          ...(['request_invalid', 'unauthorized', 'origin_refused'] as const),
          ...(['request_too_large', 'media_type_unsupported', 'internal_error'] as const),
        ),
      },
    },
    validatorCompiler: compileBodyCheck(validateEnvelopeSchema),
    handler: (request, reply) => validate(request.body.node, reply),
  })

  function validate(node: unknown, reply: FastifyReply): FastifyReply {
    const { node: read, issues, ignored } = readNode(node, config.limits)
    const warnings = ignored.map(warnIgnored)
    const validation = read ? { valid: true, node: read, warnings } : { valid: false, ...firstIssues(issues), warnings }
    return sendDocument(reply, validation, timeouts.stallMs)
  }
}
