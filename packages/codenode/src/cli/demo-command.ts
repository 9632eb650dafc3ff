import { readFileSync } from 'node:fs'
import path from 'node:path'
import { type Codenode, createCodenode } from '../codenode.ts'
import type { IsolationLevel } from '../contract/isolation.ts'
import { codeLanguageOf } from '../contract/node-words.ts'
import type { RunRecord } from '../contract/record.ts'
import { runtimeNames } from '../contract/runtime-name.ts'
import { readWorkflowText } from '../document/document-text.ts'
import { readNodeText } from '../document/node-text.ts'
import { parseWorkflow } from '../document/parse-workflow.ts'
import { describeMissingPackages } from '../pool/missing-packages.ts'
import { cutTo, padTo } from './columns.ts'
import { demoFile } from './demo-files.ts'
import { type Scene, scenes, secretName, workflowScene } from './demo-scenes.ts'
import { formatBytes, formatMs } from './draw-figures.ts'
import { drawRecord } from './draw-record.ts'
import { drawWorkflow } from './draw-workflow.ts'
import { buildWorkflowDrawer } from './draw-workflow-events.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { installPackages } from './install-packages.ts'
import { listenForInterrupt } from './interrupt.ts'
import { type PlaceOptions, readSettings, type Settings, warn } from './read-settings.ts'
import { allNodes, sourcesOf } from './run-workflow.ts'
import { openTerminal, type Terminal } from './terminal.ts'

export type DemoOptions = PlaceOptions & { isolation?: IsolationLevel }

type Stage = { codenode: Codenode; signal: AbortSignal; terminal: Terminal }
type Played = { record: RunRecord; problem: string | null }

/**
 * Shows Code nodes at work on public data, in three languages, alone and in a workflow, and what they do when things go
 * wrong. What comes out is checked, so it is a test of the installation as well.
 */
export async function demoCommand(options: DemoOptions): Promise<ExitCode> {
  const terminal = openTerminal(process.stdout)
  const { write, paint } = terminal
  const settings = readSettings({ ...options, packages: 'may be made' })
  await installMissingPackages(settings)
  process.env[secretName] = 'only the host may know this'
  const { signal, stop } = listenForInterrupt(openTerminal(process.stderr))
  const beganMs = performance.now()
  try {
    const { dataDir, packagesDir } = settings
    const isolation = options.isolation ?? settings.isolation
    await using codenode = await createCodenode({ dataDir, packagesDir, onWarning: warn, isolation })
    const startMs = performance.now() - beganMs
    write(`${paint.dim(`Two warmed interpreters and their spares are ready after ${formatMs(startMs)}.`)}\n`)
    const stage = { codenode, signal, terminal }
    const results: Played[] = []
    for (const scene of scenes) if (!signal.aborted) results.push(await play(scene, stage))
    const ofWorkflow = signal.aborted ? null : await playWorkflow(stage)
    if (signal.aborted) {
      write(`\n${paint.yellow('Cancelled.')}\n`)
      return exitCodes.cancelled
    }
    const problems = [...results.map(({ problem }) => problem), ofWorkflow]
    summarise({ results, problems, startMs, totalMs: performance.now() - beganMs }, terminal)
    return problems.every((problem) => problem === null) ? exitCodes.success : exitCodes.codeFailed
  } finally {
    stop()
  }
}

/** In a clone `npm run demo` has installed them before. */
async function installMissingPackages({ packagesDir, packages }: Settings): Promise<void> {
  if (describeMissingPackages(packagesDir, runtimeNames) === null) return
  const terminal = openTerminal(process.stderr)
  terminal.write(
    `The standard packages are missing in ${packagesDir}. They are installed once; that takes a minute or two.\n`,
  )
  await installPackages(packagesDir, packages, terminal)
}

/** As it can be given to `codenode run`. */
const pathFromHere = (file: string): string => path.relative(process.cwd(), file)

async function play({ file, inputs, check }: Scene, { codenode, signal, terminal }: Stage): Promise<Played> {
  const { write, paint } = terminal
  const text = readFileSync(demoFile('nodes', file), 'utf8')
  const node = readNodeText(text)
  introduce(pathFromHere(demoFile('nodes', file)), text, terminal)
  const record = await codenode.runNode(node, inputs(), { signal })
  for (const { text } of record.logs) write(paint.dim(`printed: ${text}`))
  const source = { language: node.code_language ?? codeLanguageOf.python, code: node.code }
  write(drawRecord(record, { ...terminal, source }))
  return { record, problem: signal.aborted ? null : tell(check(record), terminal) }
}

async function playWorkflow({ codenode, signal, terminal }: Stage): Promise<string | null> {
  const { file, inputs, check } = workflowScene
  const text = readFileSync(demoFile('workflows', file), 'utf8')
  introduce(pathFromHere(demoFile('workflows', file)), text, terminal)
  const workflow = parseWorkflow(readWorkflowText(text))
  const record = await codenode.runWorkflow(workflow, inputs(), { signal, onEvent: buildWorkflowDrawer(terminal) })
  terminal.write(`\n${drawWorkflow(record, { ...terminal, sourceOf: sourcesOf(allNodes(workflow.graph)) })}`)
  return signal.aborted ? null : tell(check(record), terminal)
}

function tell(problem: string | null, { write, paint }: Terminal): string | null {
  if (problem !== null) write(paint.red(`NOT AS EXPECTED: ${problem}\n`))
  return problem
}

function introduce(name: string, text: string, { write, paint, width }: Terminal): void {
  const rule = paint.bold('─'.repeat(Math.min(width, 100)))
  write(`\n${rule}\n${paint.dim(`${name}: ${firstComment(text)}`)}\n\n`)
}

function firstComment(text: string): string {
  const lines = text.split('\n')
  return lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith('#')),
    )
    .map((line) => line.slice(2))
    .join(' ')
}

type Show = { results: readonly Played[]; problems: readonly (string | null)[]; startMs: number; totalMs: number }

function summarise({ results, problems, startMs, totalMs }: Show, { write, paint, width }: Terminal): void {
  write(`\n${paint.bold('═'.repeat(Math.min(width, 100)))}\n\n`)
  const columns = ['node', 'status', 'tries', 'wall', 'CPU', 'memory'] as const
  const rows = results.map(({ record: { node, status, attempts, usage } }) => [
    cutTo(42, node.title),
    status,
    String(attempts.length),
    formatMs(usage.wallMs),
    formatMs(usage.cpuMs),
    formatBytes(usage.peakMemoryBytes),
  ])
  const widths = [42, 10, 6, 9, 9, 9]
  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => padTo(widths[index] ?? 0, cell, index < 2 ? 'left' : 'right')).join(' ')
  write(`${paint.bold(line(columns))}\n${rows.map((row) => line(row)).join('\n')}\n\n`)
  const wrong = problems.filter((problem) => problem !== null).length
  const verdict = wrong === 0 ? paint.green('All as expected') : paint.red(`${wrong} not as expected`)
  const levels = [...new Set(results.map(({ record }) => record.isolation.level))].join(', ')
  write(`${verdict}: ${results.length} nodes and a workflow, isolation ${levels}.\n`)
  write(`${formatMs(totalMs)} in all, ${formatMs(startMs)} of them to warm the interpreters.\n`)
}
