// npm run demo: Code nodes at work on public data, in three languages, with what a node does when things go wrong.
import { readFileSync } from 'node:fs'
import { type CodeNodeInput, createSandbox, type RunRecord, runNode } from 'codenode'
import { parse } from 'yaml'
// The command's own way to draw a record.
import { drawRecord, formatBytes, formatMs } from '../packages/codenode/src/cli/draw-record.ts'
import { cutTo, openTerminal, padTo } from '../packages/codenode/src/cli/terminal.ts'
import { type Scene, scenes, secretName } from './scenes.ts'

const terminal = openTerminal(process.stdout)
const { paint, write } = terminal
const beganMs = performance.now()
const controller = new AbortController()
process.once('SIGINT', () => controller.abort())
process.env[secretName] = 'only the host may know this'

const sandbox = await createSandbox()
const startedMs = performance.now()
write(`${paint.dim(`Two warmed interpreters and their spares are ready after ${formatMs(startedMs - beganMs)}.`)}\n`)
const results: { record: RunRecord; problem: string | null }[] = []
try {
  for (const scene of scenes) results.push(await play(scene))
} finally {
  await sandbox.close()
}
summarise()
process.exitCode = controller.signal.aborted ? 130 : results.every(({ problem }) => problem === null) ? 0 : 1

async function play({ file, inputs, check }: Scene) {
  const text = readFileSync(new URL(`nodes/${file}`, import.meta.url), 'utf8')
  // Checked by runNode.
  const node = parse(text) as CodeNodeInput
  write(
    `\n${paint.bold('─'.repeat(Math.min(terminal.width, 100)))}\n${paint.dim(`examples/nodes/${file}: ${firstComment(text)}`)}\n\n`,
  )
  const record = await runNode(node, inputs(), { sandbox, signal: controller.signal })
  for (const { text } of record.logs) write(paint.dim(`printed: ${text}`))
  write(drawRecord(record, { ...terminal, source: { language: node.code_language ?? 'python3', code: node.code } }))
  const problem = check(record)
  if (problem) write(paint.red(`NOT AS EXPECTED: ${problem}\n`))
  return { record, problem }
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
  const wrong = results.filter(({ problem }) => problem !== null).length
  const verdict = wrong === 0 ? paint.green('All as expected') : paint.red(`${wrong} not as expected`)
  const levels = [...new Set(results.map(({ record }) => record.isolation.level))].join(', ')
  write(`${verdict}: ${results.length} nodes, isolation ${levels}.\n`)
  write(
    `${formatMs(performance.now() - beganMs)} in all, ${formatMs(startedMs - beganMs)} of them to warm the interpreters.\n`,
  )
}
