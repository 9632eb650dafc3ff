import { stringifyLossless } from '../contract/json.ts'
import { type CodeNodeInput, parseNode } from '../contract/node.ts'
import type { IsolationLevel } from '../contract/program.ts'
import type { RunRecord } from '../contract/record.ts'
import { runNode } from '../run-node.ts'
import { runtimeOf } from '../sandbox/runtime-name.ts'
import { buildEventDrawer } from './draw-events.ts'
import { drawRecord } from './draw-record.ts'
import { type ExitCode, exitCodeOfRecord } from './exit-codes.ts'
import { readInputs } from './read-inputs.ts'
import { readProgram, toSettings } from './read-program.ts'
import { type PlaceOptions, readSettings } from './read-settings.ts'
import { runWorkflowDocument } from './run-workflow.ts'
import { openTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { withSandbox } from './with-sandbox.ts'

export type RunCommandOptions = PlaceOptions & {
  input: string[]
  inputs?: string
  json?: true
  onlyCode?: true
  isolation?: IsolationLevel
}

/** Runs one file; logs go to stderr while it runs, the result to stdout. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<ExitCode> {
  const config = readSettings(options)
  const program = readProgram(file)
  const inputs = readInputs({ file: options.inputs, pairs: options.input })
  if (program.kind === 'workflow') return await runWorkflowDocument(program.document, inputs, { config, options })
  if (options.onlyCode) throw new UsageError(`${file} is not a workflow.`, '--only-code is for workflows.')

  const isProgram = program.kind === 'program'
  const settings = isProgram ? toSettings(program, inputs) : (program.settings as CodeNodeInput)
  // Before anything is started.
  const node = parseNode(settings, config.limits)
  const runtimes = [runtimeOf[node.code_language]]
  const record = await withSandbox(config, { runtimes, isolation: options.isolation }, async ({ sandbox, signal }) =>
    runNode(settings, inputs, {
      sandbox,
      signal,
      limits: config.limits,
      nodeId: isProgram ? null : program.nodeId,
      outputs: isProgram ? 'any' : 'declared',
      onEvent: options.json ? undefined : buildEventDrawer(openTerminal(process.stderr)),
    }),
  )
  const stdout = openTerminal(process.stdout)
  const source = { language: node.code_language, code: node.code, advice: isProgram ? adviseInputs(record) : undefined }
  stdout.write(options.json ? `${stringifyLossless(record)}\n` : drawRecord(record, { ...stdout, source }))
  return exitCodeOfRecord(record)
}

/** A bare program declares no inputs, so what it lacks is more often an option of the command than a parameter. */
function adviseInputs({ error }: RunRecord): string | undefined {
  const missing: unknown = error?.code === 'signature_mismatch' ? error.details.missing : undefined
  if (!Array.isArray(missing) || missing.length === 0) return undefined
  const options = missing.map((name) => `--input ${String(name)}=…`).join(' ')
  return `Give main what it takes: ${options}`
}
