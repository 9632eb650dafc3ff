import { writeFileSync } from 'node:fs'
import type { CodeNodeInput } from '../contract/node.ts'
import { languageOf } from '../contract/node-words.ts'
import type { IsolationLevel } from '../contract/program.ts'
import type { RunRecord } from '../contract/record.ts'
import { runtimeOf } from '../contract/runtime-name.ts'
import { writeStandIns } from '../document/write-stand-ins.ts'
import { stringifyLossless } from '../json/json.ts'
import { codeToNode } from '../reading/code-to-node.ts'
import { parseNode } from '../reading/read-node.ts'
import { runNode } from '../run/run-node.ts'
import { buildEventDrawer } from './draw-events.ts'
import { drawRecord } from './draw-record.ts'
import { type ExitCode, exitCodeOfRecord, exitCodes } from './exit-codes.ts'
import { resolveUserPath } from './read-file.ts'
import { readInputs } from './read-inputs.ts'
import { readProgram } from './read-program.ts'
import { type PlaceOptions, readSettings, type Settings } from './read-settings.ts'
import { readStandIns, type StandInOptions } from './read-stand-ins.ts'
import { runWorkflowDocument } from './run-workflow.ts'
import { openTerminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'
import { withSandbox } from './with-sandbox.ts'

export type RunCommandOptions = PlaceOptions &
  StandInOptions & {
    input: string[]
    inputs?: string
    json?: true
    onlyCode?: true
    secret?: string[]
    writeStandIns?: string
    isolation?: IsolationLevel
  }

/** Runs one file; logs go to stderr while it runs, the result to stdout. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<ExitCode> {
  const config = readSettings(options)
  const program = readProgram(file)
  const inputs = readInputs({ file: options.inputs, pairs: options.input })
  if (program.kind === 'workflow') return await runWorkflowFile(program.document, inputs, { config, options })
  const option = workflowOptionOf(options)
  if (option !== null) throw new UsageError(`${file} is not a workflow.`, `${option} is for workflows.`)

  const isProgram = program.kind === 'program'
  const settings = isProgram
    ? codeToNode(program.language, program.code, inputs, { title: program.title })
    : (program.settings as CodeNodeInput)
  // Before anything is started.
  const node = parseNode(settings, config.limits)
  const runtimes = [runtimeOf[languageOf[node.code_language]]]
  const use = { runtimes, isolation: options.isolation, code: [node.code] }
  const record = await withSandbox(config, use, async ({ sandbox, signal }) =>
    runNode(settings, inputs, {
      sandbox,
      signal,
      limits: config.limits,
      secrets: options.secret,
      nodeId: isProgram ? null : program.nodeId,
      outputs: isProgram ? 'any' : 'declared',
      onEvent: options.json ? undefined : buildEventDrawer(openTerminal(process.stderr)),
    }),
  )
  const stdout = openTerminal(process.stdout)
  const source = { code: node.code, advice: isProgram ? adviseInputs(record) : undefined }
  stdout.write(options.json ? `${stringifyLossless(record)}\n` : drawRecord(record, { ...stdout, source }))
  return exitCodeOfRecord(record)
}

async function runWorkflowFile(
  document: unknown,
  inputs: Record<string, unknown>,
  { config, options }: { config: Settings; options: RunCommandOptions },
): Promise<ExitCode> {
  if (options.writeStandIns !== undefined) return writeStandInsFile(document, options.writeStandIns)
  const standIns = readStandIns(options, config.dataDir)
  if (options.onlyCode && (standIns.standIns ?? standIns.standInsFrom) !== undefined) {
    throw new UsageError('--only-code runs no other nodes.', 'Leave out --only-code, or the stand-ins.')
  }
  return await runWorkflowDocument(document, inputs, { config, options, standIns })
}

/** A file that is there holds what somebody has filled in. */
function writeStandInsFile(document: unknown, file: string): ExitCode {
  const text = writeStandIns(document)
  const target = resolveUserPath(file)
  try {
    if (file === '-') process.stdout.write(text)
    else writeFileSync(target, text, { flag: 'wx' })
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code === 'EEXIST' ? 'is there already' : 'cannot be written'
    throw new UsageError(`${target} ${why}.`, 'Name another file.', { cause })
  }
  if (file !== '-') process.stderr.write(`Wrote ${file}. Fill it in, then run with --stand-ins ${file}.\n`)
  return exitCodes.success
}

/** The first option that only workflows take; null: none is given. */
function workflowOptionOf(options: RunCommandOptions): string | null {
  if (options.onlyCode) return '--only-code'
  if (options.writeStandIns !== undefined) return '--write-stand-ins'
  if (options.standIns !== undefined) return '--stand-ins'
  if (options.standIn?.length) return '--stand-in'
  return options.standInsFrom === undefined ? null : '--stand-ins-from'
}

/** A bare program declares no inputs, so what it lacks is more often an option of the command than a parameter. */
function adviseInputs({ error }: RunRecord): string | undefined {
  const missing: unknown = error?.code === 'signature_mismatch' ? error.details.missing : undefined
  if (!Array.isArray(missing) || missing.length === 0) return undefined
  const options = missing.map((name) => `--input ${String(name)}=…`).join(' ')
  return `Give main what it takes: ${options}`
}
