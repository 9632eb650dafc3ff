// npm run demo: Code nodes at work on public data, in three languages, alone and in a workflow, with what they do when things
// go wrong. `node examples/demo.ts landlock+seccomp` does it at the weaker level.
import { readFileSync } from 'node:fs'
import {
  type CodeNodeInput,
  createSandbox,
  parseWorkflow,
  type RunRecord,
  runNode,
  runWorkflow,
  type SandboxOptions,
} from 'codenode'
import { parse } from 'yaml'
import { cutTo, padTo } from '../packages/codenode/src/cli/columns.ts'
// The command's own way to draw.
import { formatBytes, formatMs } from '../packages/codenode/src/cli/draw-figures.ts'
import { drawRecord } from '../packages/codenode/src/cli/draw-record.ts'
import { drawWorkflow } from '../packages/codenode/src/cli/draw-workflow.ts'
import { buildWorkflowDrawer } from '../packages/codenode/src/cli/draw-workflow-events.ts'
import { allNodes, sourcesOf } from '../packages/codenode/src/cli/run-workflow.ts'
import { openTerminal } from '../packages/codenode/src/cli/terminal.ts'
import { type Scene, scenes, secretName, workflowScene } from './scenes.ts'

const terminal = openTerminal(process.stdout)
const { paint, write } = terminal
const beganMs = performance.now()
const controller = new AbortController()
process.once('SIGINT', () => controller.abort())
process.env[secretName] = 'only the host may know this'

// Checked by createSandbox.
const isolation = process.argv[2] as SandboxOptions['isolation']
const sandbox = await createSandbox(isolation ? { isolation } : {})
const startedMs = performance.now()
write(`${paint.dim(`Two warmed interpreters and their spares are ready after ${formatMs(startedMs - beganMs)}.`)}\n`)
const results: { record: RunRecord; problem: string | null }[] = []
const problems: (string | null)[] = []
try {
  for (const scene of scenes) results.push(await play(scene))
  problems.push(...results.map(({ problem }) => problem), await playWorkflow())
} finally {
  await sandbox.close()
}
summarise()
process.exitCode = controller.signal.aborted ? 130 : problems.every((problem) => problem === null) ? 0 : 1

async function play({ file, inputs, check }: Scene) {
  const text = readFileSync(new URL(`nodes/${file}`, import.meta.url), 'utf8')
  // Checked by runNode.
  const node = parse(text) as CodeNodeInput
  introduce(`examples/nodes/${file}`, text)
  const record = await runNode(node, inputs(), { sandbox, signal: controller.signal })
  for (const { text } of record.logs) write(paint.dim(`printed: ${text}`))
  write(drawRecord(record, { ...terminal, source: { language: node.code_language ?? 'python3', code: node.code } }))
  const problem = check(record)
  if (problem) write(paint.red(`NOT AS EXPECTED: ${problem}\n`))
  return { record, problem }
}

async function playWorkflow(): Promise<string | null> {
  const { file, inputs, check } = workflowScene
  const text = readFileSync(new URL(`workflows/${file}`, import.meta.url), 'utf8')
  introduce(`examples/workflows/${file}`, text)
  const workflow = parseWorkflow(parse(text))
  const { signal } = controller
  const onEvent = buildWorkflowDrawer(terminal)
  const record = await runWorkflow(workflow, inputs(), { sandbox, signal, onEvent })
  write(`\n${drawWorkflow(record, { ...terminal, sourceOf: sourcesOf(allNodes(workflow.graph)) })}`)
  const problem = check(record)
  if (problem) write(paint.red(`NOT AS EXPECTED: ${problem}\n`))
  return problem
}

function introduce(name: string, text: string): void {
  const rule = paint.bold('─'.repeat(Math.min(terminal.width, 100)))
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

function summarise(): void {
  write(`\n${paint.bold('═'.repeat(Math.min(terminal.width, 100)))}\n\n`)
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
  write(
    `${formatMs(performance.now() - beganMs)} in all, ${formatMs(startedMs - beganMs)} of them to warm the interpreters.\n`,
  )
}
