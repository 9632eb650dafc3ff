import { readConfig } from '../config/read-config.ts'
import { stringifyLossless } from '../contract/json.ts'
import { parseNode } from '../contract/node.ts'
import type { IsolationLevel } from '../contract/program.ts'
import type { RunRecord } from '../contract/record.ts'
import { createSandbox } from '../pool/create-sandbox.ts'
import { runNode } from '../run-node.ts'
import { runtimeOf } from '../sandbox/runtime-name.ts'
import { buildEventDrawer } from './draw-events.ts'
import { drawRecord } from './draw-record.ts'
import { type ExitCode, exitCodeOfRecord } from './exit-codes.ts'
import { listenForInterrupt } from './interrupt.ts'
import { resolveUserPath } from './read-file.ts'
import { readInputs } from './read-inputs.ts'
import { readProgram, toSettings } from './read-program.ts'
import { openTerminal } from './terminal.ts'

export type RunCommandOptions = {
  input: string[]
  inputs?: string
  json?: true
  isolation?: IsolationLevel
  config?: string
}

/** Runs one file; logs go to stderr while it runs, the result to stdout. */
export async function runCommand(file: string, options: RunCommandOptions): Promise<ExitCode> {
  const config = readConfig({ file: options.config && resolveUserPath(options.config) })
  const program = readProgram(file)
  const inputs = readInputs({ file: options.inputs, pairs: options.input })
  const isProgram = program.kind === 'program'
  const node = parseNode(isProgram ? toSettings(program, inputs) : program.settings, config.limits)

  const stdout = openTerminal(process.stdout)
  const { signal, stop } = listenForInterrupt(openTerminal(process.stderr))
  try {
    const sandbox = await createSandbox({
      ...(config.dataDir === undefined ? {} : { dataDir: config.dataDir }),
      ...toIsolation(options.isolation ?? config.isolation),
      limits: config.limits,
      runtimes: [runtimeOf[node.code_language]],
      // One run at a time: a fork while it is asked for costs less than one in advance.
      spares: 0,
    })
    let record: RunRecord
    try {
      record = await runNode(node, inputs, {
        sandbox,
        signal,
        limits: config.limits,
        nodeId: isProgram ? null : program.nodeId,
        outputs: isProgram ? 'any' : 'declared',
        onEvent: options.json ? undefined : buildEventDrawer(openTerminal(process.stderr)),
      })
    } finally {
      await sandbox.close()
    }
    const source = { language: node.code_language, code: node.code }
    stdout.write(options.json ? `${stringifyLossless(record)}\n` : drawRecord(record, { ...stdout, source }))
    return exitCodeOfRecord(record)
  } finally {
    stop()
  }
}

export function toIsolation(level: IsolationLevel | undefined): { isolation?: IsolationLevel } {
  return level === undefined ? {} : { isolation: level }
}
