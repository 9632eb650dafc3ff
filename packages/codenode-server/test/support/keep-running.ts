import { defaultLimits } from 'codenode/internal/contract/limits'
import type { CodeNodeInput } from 'codenode/internal/contract/node'
import { stringifyLossless } from 'codenode/internal/json/json'
import { createSandbox } from 'codenode/internal/pool/create-sandbox'
import { createRunService } from '../../src/service/run-service.ts'

/**
 * A process to be killed or starved: `node keep-running.ts FILE RUNS` keeps so many runs in flight on a history until its
 * standard input ends. It writes one JSON line for each thing that happens.
 */
const [file = '', inFlight = '1'] = process.argv.slice(2)

const node: CodeNodeInput = {
  type: 'code',
  code: 'function main({ n, filler }) {\n  console.log(n)\n  return { n }\n}',
  code_language: 'javascript',
  variables: [{ variable: 'n' }, { variable: 'filler' }],
  outputs: { n: { type: 'number' } },
}

const sandbox = await createSandbox({ runtimes: ['javascript'], spares: 2, maxRunning: 4 })
const service = createRunService({
  sandbox,
  limits: defaultLimits,
  maxRuns: 1000,
  history: { file, maxRuns: 1_000_000, maxAgeDays: 30, inputs: true },
  onProblem: (problem) => say({ type: 'problem', ...problem }),
})

let isOver = false
process.stdin.resume().on('end', () => {
  isOver = true
})

await Promise.all(Array.from({ length: Number(inFlight) }, keepRunning))
await service.close()
await sandbox.close()

async function keepRunning(): Promise<void> {
  for (let n = 0; !isOver; n++) {
    const inputs = { n, filler: 'x'.repeat(2000) }
    const { id, record } = service.start({ node, inputs }, { client: 'local', persistFirst: n % 2 === 0 })
    say({ type: 'started', id, isIdTold: n % 2 === 0 })
    say({ type: 'ended', id, record: stringifyLossless(await record) })
  }
}

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
