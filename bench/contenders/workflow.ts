import { fail } from 'node:assert'
import { availableParallelism } from 'node:os'
import { parseWorkflow, runWorkflow, type Workflow, type WorkflowEvent } from 'codenode'
import type { BenchLanguage, Workload } from '../workloads/workload.ts'
import { type SharedSandbox, toNode } from './codenode.ts'
import type { Batch, Contender, Measured } from './contender.ts'

const atOnce = 2 * availableParallelism()
/** So many items has the iteration, whatever the size of the batch. */
const items = 1000

/** Runs as nodes of a workflow: one after the other in a chain, and as the items of a parallel iteration. */
export function inWorkflow(language: BenchLanguage, shared: SharedSandbox): Contender {
  return {
    id: `workflow-${language}`,
    title: 'Codenode in a workflow, with spares',
    language,
    isolation: 'as Codenode',
    runs: ({ name }) => name === 'trivial',
    saturations: [{ atOnce, processes: 1 }],
    start: async () => {
      await shared.open()
    },
    measure: (workload, batch) =>
      batch.atOnce === 1
        ? measureChain(shared, workload, { batch, language })
        : measureItems(shared, workload, language),
    close: shared.close,
  }
}

/** A node's time: from its start to the start of the next, so that what the workflow does between them counts. */
async function measureChain(
  shared: SharedSandbox,
  workload: Workload,
  { batch, language }: { batch: Batch; language: BenchLanguage },
): Promise<Measured> {
  const sandbox = await shared.open()
  const workflow = buildChain(workload, batch.runs, language)
  const starts: number[] = []
  const onEvent = (event: WorkflowEvent): void => {
    if (event.type === 'node' && event.status === 'started') starts.push(performance.now())
  }
  const began = performance.now()
  const { status, nodes, error } = await runWorkflow(workflow, workload.inputs, { sandbox, onEvent })
  const totalMs = performance.now() - began
  if (status !== 'succeeded') fail(`${workload.name} in a chain: ${status}, ${error?.message}`)
  for (const { type, outputs } of nodes) if (type === 'code') workload.check(outputs ?? {}, '')
  // Without what lies before the first Code node; the end node starts behind the last.
  const times = starts.slice(2).map((at, index) => at - (starts[index + 1] ?? at))
  return { times, totalMs, runs: batch.runs, innerTimes: [] }
}

async function measureItems(shared: SharedSandbox, workload: Workload, language: BenchLanguage): Promise<Measured> {
  const sandbox = await shared.open()
  const workflow = buildIteration(workload, language)
  const list = Array.from({ length: items }, () => workload.inputs)
  const began = performance.now()
  const { status, outputs, error } = await runWorkflow(workflow, { items: { list } }, { sandbox, parallelism: atOnce })
  const totalMs = performance.now() - began
  if (status !== 'succeeded') fail(`${workload.name} in an iteration: ${status}, ${error?.message}`)
  const results = outputs?.results
  if (!Array.isArray(results) || results.length !== items) fail('The iteration did not give one result an item.')
  for (const text of results) workload.check({ text }, '')
  return { times: [totalMs / items], totalMs, runs: items, innerTimes: [] }
}

function buildChain(workload: Workload, length: number, language: BenchLanguage): Workflow {
  const ids = Array.from({ length }, (_, index) => `code${index}`)
  const code = ids.map((id) => ({
    id,
    data: withSelectors(workload, language, (name) => ['start', name]),
  }))
  const chain = ['start', ...ids, 'end']
  return parseWorkflow({
    nodes: [startNode(workload.inputs), ...code, endNode(['code0', 'text'])],
    edges: chain.slice(1).map((target, index) => edge(chain[index] ?? '', target)),
  })
}

function buildIteration(workload: Workload, language: BenchLanguage): Workflow {
  const inside = { isInIteration: true, iteration_id: 'each' }
  const code = withSelectors(workload, language, (name) => ['each', 'item', name])
  return parseWorkflow({
    nodes: [
      startNode({ items: {} }),
      {
        id: 'each',
        data: {
          type: 'iteration',
          title: 'Each',
          iterator_selector: ['start', 'items', 'list'],
          output_selector: ['code', 'text'],
          start_node_id: 'first',
          is_parallel: true,
          parallel_nums: atOnce,
        },
      },
      { id: 'first', parentId: 'each', data: { type: 'iteration-start', ...inside } },
      { id: 'code', parentId: 'each', data: { ...code, ...inside } },
      endNode(['each', 'output']),
    ],
    edges: [edge('start', 'each'), edge('first', 'code'), edge('each', 'end')],
  })
}

function withSelectors(workload: Workload, language: BenchLanguage, select: (name: string) => string[]) {
  const variables = Object.keys(workload.inputs).map((variable) => ({ variable, value_selector: select(variable) }))
  return { ...toNode(workload, language), variables }
}

const types: Record<string, string> = { string: 'text-input', number: 'number', object: 'json_object' }
const startNode = (inputs: Record<string, unknown>) => ({
  id: 'start',
  data: {
    type: 'start',
    title: 'Start',
    variables: Object.entries(inputs).map(([variable, value]) => ({
      variable,
      type: types[typeof value],
      required: true,
    })),
  },
})
const endNode = (selector: string[]) => ({
  id: 'end',
  data: { type: 'end', title: 'End', outputs: [{ variable: 'results', value_selector: selector }] },
})
const edge = (source: string, target: string) => ({ source, target, sourceHandle: 'source' })
