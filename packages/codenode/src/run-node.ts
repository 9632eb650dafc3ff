import * as z from 'zod'
import { executeOnce } from './attempt/execute-once.ts'
import { LogShares } from './attempt/log-shares.ts'
import { maskSandbox } from './attempt/mask-sandbox.ts'
import { toRetryPolicy } from './attempt/next-try.ts'
import { type AttemptsResult, runAttempts, type TryResult } from './attempt/run-attempts.ts'
import { type LimitedSandbox, parseRunLimits } from './contract/allowed-limits.ts'
import type { RunEvent } from './contract/events.ts'
import { buildFailure } from './contract/failure-values.ts'
import { readLazy } from './contract/lazy-outputs.ts'
import type { ServerLimits } from './contract/limits.ts'
import { type CodeNodeInput, parseWithWarnings } from './contract/node.ts'
import type { Execution, LogEntry, Program, RunLimits, RunWarning } from './contract/program.ts'
import type { RunRecord } from './contract/record.ts'
import { commonRunOptions } from './contract/run-options.ts'
import type { SecretMask } from './contract/secrets/secret-mask.ts'
import { type BuiltProgram, bindProgram } from './inputs/build-program.ts'
import { maskInputs } from './inputs/mask-inputs.ts'
import { decideOutcome, type Outcome } from './outcome/decide-outcome.ts'
import { adviseNoObject } from './outputs/hints.ts'
import { refuseUndeclared } from './outputs/refuse-undeclared.ts'
import { type PreparedNode, prepareNode } from './prepare-node.ts'
import { buildRecord } from './record/build-record.ts'
import { newRunId } from './record/run-id.ts'

export type RunNodeOptions = {
  /** Runs the code; one sandbox serves any number of runs at the same time. */
  sandbox: LimitedSandbox
  /** Cancels the run: what runs is killed, a wait for a retry ends at once, and the record says `cancelled`. */
  signal?: AbortSignal | undefined
  /** Told what happens while it happens. What it throws becomes a process warning and does not change the run. */
  onEvent?: ((event: RunEvent) => void) | undefined
  /** Limits of this run; those that are not named are the sandbox's, and the sandbox's can only be lowered. */
  limits?: Partial<ServerLimits> | undefined
  /** The node's id in its workflow, for the record. Default: null. */
  nodeId?: string | null | undefined
  /**
   * Which outputs the result must have: those that the node declares, or `any` for a program that declares none, whose
   * result is kept as it is, within the limits. Default: `declared`.
   */
  outputs?: 'declared' | 'any' | undefined
  /**
   * Names of inputs whose values are masked (`••••`) in the record and in events: in outputs, logs, errors and tracebacks. The
   * code gets them as they are. Variables with `value_type: secret` are masked anyway. Default: none.
   */
  secrets?: readonly string[] | undefined
  /** Whose run it is: where runs wait for the sandbox, clients take turns. Default: all runs are of one client. */
  client?: string | undefined
  /** The id of the record, where it must be known before the run ends. Default: a new one. */
  runId?: string | undefined
  /** The record's `startedAt`. Default: now. */
  startedAt?: Date | undefined
}

const optionsSchema = z.strictObject({
  ...commonRunOptions,
  nodeId: z.string().nullish(),
  outputs: z.enum(['declared', 'any']).optional(),
} satisfies Record<keyof RunNodeOptions, z.ZodType>)

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
  return await startNode(settings, inputs, options)
}

/** As `runNode`, for callers that must know at once: what is their mistake is thrown before there is a promise. */
export function startNode(settings: CodeNodeInput, inputs: unknown, options: RunNodeOptions): Promise<RunRecord> {
  const limits = parseRunLimits(options, optionsSchema)
  const { node, warnings } = parseWithWarnings(settings, limits)
  const mask = maskInputs(node, inputs, options.secrets)
  const prepared = { ...prepareNode(node, limits, options.outputs), warnings }
  return runPrepared(prepared, inputs, { ...options, mask }).then(({ record }) => record)
}

type PreparedOptions = Omit<RunNodeOptions, 'limits' | 'outputs' | 'secrets'> & { mask: SecretMask | null }

/** `outcome`: what the record tells, with secrets as they are, for the nodes behind this one. */
export type PreparedRun = { record: RunRecord; outcome: Outcome }

/** Runs a node that is read and prepared: in a workflow the same one can be run many times. `mask`: hides the secrets of the run. */
export function runPrepared(prepared: PreparedNode, inputs: unknown, options: PreparedOptions): Promise<PreparedRun> {
  const built = bindProgram(prepared.program, prepared.node, inputs, prepared.limits)
  return runBuilt(prepared, built, options)
}

async function runBuilt(prepared: PreparedNode, built: BuiltProgram, options: PreparedOptions): Promise<PreparedRun> {
  const { sandbox, startedAt = new Date(), nodeId = null, runId = newRunId(), mask } = options
  const { node } = prepared
  const tell = toTeller(options.onEvent)

  tell({ type: 'status', runId, status: 'running' })
  const ended =
    built.status === 'built'
      ? await tryProgram(prepared, built.program, { ...options, runId, tell })
      : endUntried(built)
  const outcome = decideOutcome(node, ended.end)

  const warnings = [
    ...prepared.warnings,
    ...(built.status === 'built' ? built.warnings : []),
    ...(ended.end.status === 'cancelled' ? [] : (ended.end.warnings ?? [])),
  ]
  const record = buildRecord({
    id: runId,
    ...(mask ? { ...outcome, outputs: outcome.outputs && mask.value(readLazy(outcome.outputs)) } : outcome),
    warnings: mask ? warnings.map((warning) => mask.warning(warning)) : warnings,
    attempts: ended.attempts,
    isolation: ended.isolation ?? sandbox.isolation,
    startedAt,
    node: { id: nodeId, title: node.title },
  })
  tell({ type: 'status', runId, status: record.status })
  tell({ type: 'result', runId, record })
  return { record, outcome }
}

type Teller = (event: RunEvent) => void
type TryOptions = Pick<PreparedOptions, 'sandbox' | 'signal' | 'client' | 'mask'> & { runId: string; tell: Teller }

function tryProgram(prepared: PreparedNode, program: Program, options: TryOptions): Promise<AttemptsResult> {
  const { signal, client, runId, tell, mask } = options
  const sandbox = maskSandbox(options.sandbox, mask)
  const policy = toRetryPolicy(prepared.node.retry_config)
  const shares = new LogShares(program.limits.logBytes, policy.maxRetries + 1)
  const tryOnce = async (attempt: number): Promise<TryResult> => {
    const onLog = (entry: LogEntry): void => tell({ type: 'log', runId, attempt, entry })
    const limits = { ...program.limits, logBytes: shares.next() }
    const execution = await executeOnce(sandbox, { ...program, limits }, { signal, onLog, client })
    if (attempt <= policy.maxRetries) shares.spend(execution.logs)
    const end = await toEnd(execution, prepared, program.limits)
    const isRefused = mask && end.status === 'failed' && execution.outcome.status === 'returned'
    const told = isRefused ? { ...end, failure: mask.failure(end.failure) } : end
    return { ...execution, end: withWarnings(told, execution.warnings) }
  }
  return runAttempts(policy, tryOnce, {
    signal,
    onAttempt: (attempt, retryInMs) => tell({ type: 'attempt', runId, attempt, retryInMs }),
  })
}

/** What a try comes to: the code's own end, or that of the check of its outputs. */
async function toEnd(
  { outcome }: Execution,
  { node, readResult }: PreparedNode,
  limits: RunLimits,
): Promise<TryResult['end']> {
  switch (outcome.status) {
    case 'returned': {
      const checked = await readResult(outcome.resultJson, limits)
      if (checked.status === 'refused') return { ...checked, status: 'failed' }
      const failure = refuseUndeclared(node, checked.warnings)
      return failure ? { status: 'failed', failure } : { ...checked, status: 'succeeded' }
    }
    case 'exited':
      return { status: 'failed', failure: buildFailure('code_exited', { exitCode: outcome.exitCode }) }
    case 'failed': {
      const hint = adviseNoObject(outcome.failure, node.outputs, node.code_language)
      return hint === undefined ? outcome : { ...outcome, failure: { ...outcome.failure, hint } }
    }
    case 'cancelled':
      return outcome
  }
}

/** What the run noticed comes before what is said of its outputs. */
function withWarnings(end: TryResult['end'], noticed: readonly RunWarning[] | undefined): TryResult['end'] {
  if (noticed === undefined || end.status === 'cancelled') return end
  const warnings = noticed
    .filter((warning) => !repeats(end, warning, noticed))
    .map(({ code, message, details }) => {
      return { code, path: typeof details.path === 'string' ? details.path : 'code', message }
    })
  return { ...end, warnings: [...warnings, ...(end.warnings ?? [])] }
}

/** A run that fails by the only thing that it was refused says it in its error. */
function repeats(end: TryResult['end'], { code, details }: RunWarning, noticed: readonly RunWarning[]): boolean {
  if (end.status !== 'failed' || end.failure.code !== 'operation_blocked' || code !== 'operation_blocked') return false
  return noticed.length === 1 && details.operation === end.failure.details.operation
}

/** The code or the inputs are too large to be run at all. */
function endUntried({ failure }: Extract<BuiltProgram, { status: 'refused' }>): AttemptsResult {
  return { end: { status: 'failed', failure }, attempts: [], isolation: null }
}

function toTeller(onEvent: RunNodeOptions['onEvent']): Teller {
  return (event) => {
    try {
      onEvent?.(event)
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }
}
