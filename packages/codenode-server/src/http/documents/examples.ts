import type { codeNodeSchema } from 'codenode/internal/contract/node'
import type { runRecordSchema } from 'codenode/internal/contract/record'
import type { WorkflowDocument } from 'codenode/internal/contract/workflow-document'
import type { WorkflowRecord } from 'codenode/internal/contract/workflow-record'
import type * as z from 'zod'

// What the document of the API shows; requests can be sent as they stand.

export const exampleNode = {
  type: 'code',
  title: 'Average',
  code_language: 'python3',
  code: 'def main(numbers):\n    return {"average": sum(numbers) / len(numbers)}\n',
  variables: [{ variable: 'numbers' }],
  outputs: { average: { type: 'number' } },
} as const satisfies z.input<typeof codeNodeSchema>

export const exampleInputs = { numbers: [1, 2, 6] }

/** A request that can be sent as it stands. */
export const exampleRequest = { node: exampleNode, inputs: exampleInputs }

export const exampleUsage = { wallMs: 2.4, queuedMs: 0.1, cpuMs: 1.6, peakMemoryBytes: 1_310_720 }
export const exampleId = 'run_019a1c3e5f7a7b3c8d2e4f6a8b0c1d2e'
export const startedAt = '2026-11-23T01:20:00.000Z'

export const exampleRecord: z.output<typeof runRecordSchema> = {
  id: exampleId,
  status: 'succeeded',
  outputs: { average: 3 },
  error: null,
  branch: 'source',
  warnings: [],
  attempts: [{ index: 1, status: 'succeeded', startedAt, durationMs: 2.6, error: null, logs: [], usage: exampleUsage }],
  logs: [],
  usage: exampleUsage,
  isolation: { level: 'namespaces+landlock+seccomp', layers: { landlock: 'abi 7', seccomp: 'allow-list' } },
  startedAt,
  node: { id: null, title: 'Average' },
}

/** A Code node between the beginning and the end of a workflow. */
const exampleWorkflow = {
  kind: 'app',
  version: '0.6.0',
  app: { name: 'Averages', mode: 'workflow' },
  workflow: {
    graph: {
      nodes: [
        { id: 'start', data: { type: 'start', title: 'Start', variables: [{ variable: 'count', type: 'number' }] } },
        {
          id: 'average',
          data: {
            ...exampleNode,
            code: 'def main(count):\n    return {"average": sum(range(count)) / count}\n',
            variables: [{ variable: 'count', value_selector: ['start', 'count'] }],
          },
        },
        {
          id: 'end',
          data: {
            type: 'end',
            title: 'End',
            outputs: [{ variable: 'average', value_selector: ['average', 'average'] }],
          },
        },
      ],
      edges: [
        { source: 'start', target: 'average' },
        { source: 'average', target: 'end' },
      ],
    },
  },
} satisfies WorkflowDocument

/** A request that can be sent as it stands. */
export const exampleWorkflowRequest = { workflow: exampleWorkflow, inputs: { count: 7 } }

const plainNode = { branch: 'source', error: null, startedAt, durationMs: 0.1, run: null, iterations: null } as const

export const exampleWorkflowRecord: WorkflowRecord = {
  id: exampleId,
  status: 'succeeded',
  outputs: { average: 3 },
  error: null,
  warnings: [],
  usage: exampleUsage,
  isolation: exampleRecord.isolation,
  startedAt,
  workflow: { name: 'Averages', mode: 'workflow', version: '0.6.0' },
  exceptionsCount: 0,
  nodes: [
    {
      id: 'start',
      title: 'Start',
      type: 'start',
      status: 'succeeded',
      inputs: {},
      outputs: { count: 7 },
      ...plainNode,
    },
    {
      ...plainNode,
      ...({ id: 'average', title: 'Average', type: 'code', status: 'succeeded' } as const),
      inputs: { count: 7 },
      outputs: { average: 3 },
      run: { ...exampleRecord, node: { id: 'average', title: 'Average' } },
    },
  ],
}
