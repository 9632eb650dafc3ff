import type { AttemptsResult } from '../attempt/run-attempts.ts'
import type { RunEvent } from '../contract/events.ts'
import type { CodeNode, CodeNodeInput } from '../contract/node.ts'
import type { RunRecord } from '../contract/record.ts'
import { decideOutcome, type Outcome } from '../outcome/decide-outcome.ts'
import { buildRecord } from '../record/build-record.ts'
import { newRunId } from '../record/run-id.ts'
import type { SecretMask } from '../secrets/secret-mask.ts'
import { callListener } from '../values/call-listener.ts'
import { readLazy } from '../values/lazy-outputs.ts'
import { type PreparedRun, prepareRun } from './prepare-node.ts'
import type { RunNodeOptions } from './run-node-options.ts'
import { tryProgram } from './try-program.ts'

/**
 * Runs a Code node: binds the inputs, tries until the code has returned good outputs or no try is left, applies the
 * node's error strategy, and gives the record.
 *
 * Everything that goes wrong in a run is told in the record, a failure of the sandbox included. Thrown is only what is
 * the caller's mistake, before anything runs: `node_invalid`, `inputs_invalid`, `configuration_invalid`.
 *
 * @example
 * const record = await runNode(node, { text: 'a b' }, { sandbox })
 * if (record.status === 'succeeded') console.log(record.outputs)
 */
export async function runNode(settings: CodeNodeInput, inputs: unknown, options: RunNodeOptions): Promise<RunRecord> {
  const { record } = await runPrepared(prepareRun(settings, inputs, options), options)
  return record
}

export type PreparedRunOptions = Omit<RunNodeOptions, 'limits' | 'outputs' | 'secrets'>

/** `outcome`: what the record tells, with secrets as they are, for the nodes behind this one. */
export type EndedRun = { record: RunRecord; outcome: Outcome }

/** The path of a run whose node and inputs are read: what is left to go wrong is told in the record. */
export async function runPrepared(
  { prepared, bound, mask }: PreparedRun,
  options: PreparedRunOptions,
): Promise<EndedRun> {
  const { sandbox, startedAt = new Date(), nodeId = null, runId = newRunId() } = options
  const { node } = prepared
  const emit = toEmitter(options.onEvent)

  emit({ type: 'status', runId, status: 'running' })
  const attempts: AttemptsResult =
    bound.status === 'built'
      ? await tryProgram(prepared, bound.program, { ...options, mask, runId, emit })
      : { end: { status: 'failed', failure: bound.failure }, attempts: [], isolation: null }
  const outcome = decideOutcome(node, attempts.end)
  const warnings = [
    ...prepared.warnings,
    ...(bound.status === 'built' ? bound.warnings : []),
    ...(attempts.end.status === 'cancelled' ? [] : (attempts.end.warnings ?? [])),
  ]
  const record = buildRecord({
    id: runId,
    ...(mask ? hideOutcome(outcome, mask, node) : outcome),
    warnings: mask ? warnings.map((warning) => mask.warning(warning)) : warnings,
    attempts: attempts.attempts,
    isolation: attempts.isolation ?? sandbox.isolation,
    startedAt,
    node: { id: nodeId, title: node.title },
  })
  emit({ type: 'status', runId, status: record.status })
  emit({ type: 'result', runId, record })
  return { record, outcome }
}

function hideOutcome(outcome: Outcome, mask: SecretMask, { outputs: declared }: Pick<CodeNode, 'outputs'>): Outcome {
  switch (outcome.status) {
    case 'succeeded':
      return { ...outcome, outputs: mask.outputs(readLazy(outcome.outputs), declared) }
    case 'exception':
      return { ...outcome, outputs: mask.outputs(outcome.outputs, declared) }
    case 'failed':
    case 'cancelled':
      return outcome
  }
}

function toEmitter(onEvent: RunNodeOptions['onEvent']): (event: RunEvent) => void {
  return onEvent ? (event) => callListener('onEvent', onEvent, event) : () => undefined
}
