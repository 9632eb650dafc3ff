import type { WorkflowEvent, WorkflowNodeRecord, WorkflowRecord } from 'codenode/contract'
import { describe, expect, test } from 'vitest'
import { afterWorkflowEvent, begun, endedRun, nodeRunOf, type WorkflowRun } from './workflow-run.ts'

const runId = 'run_1'
const ofNode = (nodeId: string, index?: number) =>
  ({
    type: 'node',
    runId,
    nodeId,
    title: nodeId.toUpperCase(),
    nodeType: 'code',
    iteration: index === undefined ? null : { nodeId: 'loop', index },
  }) as const
const after = (...events: WorkflowEvent[]): WorkflowRun =>
  events.reduce<WorkflowRun>((run, event, index) => afterWorkflowEvent(run, event, 1000 + index), begun)

const entry = { stream: 'stdout', atMs: 1, text: 'hello\n' } as const
const error = { code: 'code_threw', message: 'no' }
const ended = (status: 'succeeded' | 'exception' | 'skipped', branch: string | null) =>
  ({ status, branch, durationMs: 5, error: status === 'exception' ? error : null, record: null }) as const

describe('a run that goes on', () => {
  test('tells of each node where it stands, in the order in which they began', () => {
    const run = after(
      { type: 'status', runId, status: 'running' },
      { ...ofNode('b'), status: 'started' },
      { ...ofNode('a'), status: 'started' },
      { ...ofNode('b'), ...ended('exception', 'fail-branch') },
      { ...ofNode('c'), ...ended('skipped', null) },
    )
    expect(run).toMatchObject({ name: 'running', id: runId, order: ['b', 'a', 'c'] })
    expect(nodeRunOf(run, 'b')).toMatchObject({ status: 'exception', branch: 'fail-branch', durationMs: 5 })
    expect(nodeRunOf(run, 'a')).toMatchObject({ status: 'running', attempt: 1, beganAtMs: 1002 })
    expect(nodeRunOf(run, 'c')).toMatchObject({ status: 'skipped', durationMs: null })
  })

  test('counts tries, and names the node of a line that is printed', () => {
    const attempt = {
      index: 1,
      status: 'succeeded',
      startedAt: '',
      durationMs: 1,
      error: null,
      logs: [],
      usage: usage(),
    } as const
    const run = after(
      { ...ofNode('a'), status: 'started' },
      { type: 'log', runId, nodeId: 'a', iteration: null, attempt: 1, entry },
      { ...ofNode('a'), status: 'retry', attempt: { ...attempt, logs: [] }, retryInMs: 10 },
    )
    expect(nodeRunOf(run, 'a')).toMatchObject({ status: 'retry', attempt: 2, beganAtMs: 1000 })
    expect(run).toMatchObject({ logs: [{ ...entry, source: 'A' }] })
  })

  test('shows nodes inside an iteration without listing them', () => {
    const run = after({ ...ofNode('inner', 0), status: 'started' }, { ...ofNode('inner', 1), status: 'started' })
    expect(run).toMatchObject({ order: [] })
    expect(nodeRunOf(run, 'inner')).toMatchObject({ status: 'running' })
  })

  test('takes no notice of another run', () => {
    const run = after({ type: 'status', runId, status: 'running' })
    expect(afterWorkflowEvent(run, { ...ofNode('a'), runId: 'run_2', status: 'started' }, 0)).toBe(run)
  })

  test('ends with its record, which is what counts then', () => {
    const run = after({ ...ofNode('a'), status: 'started' }, { type: 'result', runId, record: record([node('a')]) })
    expect(run).toMatchObject({ name: 'ended', id: runId, order: ['a'] })
    expect(nodeRunOf(run, 'a')).toMatchObject({ status: 'succeeded', durationMs: 7 })
  })
})

test('a run of the past shows the nodes of its iterations too', () => {
  const items = [{ index: 0, status: 'succeeded', durationMs: 1, error: null, nodes: [node('inner')] }] as const
  const iterations = {
    count: 1,
    succeeded: 1,
    exceptions: 0,
    failed: 0,
    items: [...items.map((it) => ({ ...it, nodes: [...it.nodes] }))],
  }
  const run = endedRun(record([{ ...node('loop'), type: 'iteration', iterations }]))
  expect(run).toMatchObject({ order: ['loop'] })
  expect(nodeRunOf(run, 'inner')).toMatchObject({ status: 'succeeded' })
})

function usage() {
  return { wallMs: 7, queuedMs: 0, cpuMs: 1, peakMemoryBytes: 1 }
}

function node(id: string): WorkflowNodeRecord {
  return {
    id,
    title: id.toUpperCase(),
    type: 'code',
    status: 'succeeded',
    branch: 'source',
    inputs: {},
    outputs: {},
    error: null,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 7,
    run: null,
    iterations: null,
  }
}

function record(nodes: WorkflowNodeRecord[]): WorkflowRecord {
  return {
    id: runId,
    status: 'succeeded',
    outputs: {},
    error: null,
    warnings: [],
    usage: usage(),
    isolation: { level: 'landlock+seccomp', layers: {} },
    startedAt: '2026-01-01T00:00:00.000Z',
    workflow: { name: 'W', mode: 'workflow', version: null },
    exceptionsCount: 0,
    nodes,
  }
}
