/**
 * Runs the containment or the ordinary programs without vitest, where that is too heavy: on an emulated machine, on a board.
 *
 *   node packages/codenode/test/run-programs.ts containment|ordinary LEVEL
 *     --only REGEX     only programs whose language and name match, such as `python kernel/`
 *     --runs N         each at most so often, whatever it asks for itself
 *     --wall-ms N      wall and CPU time of programs that set none
 *     --at-once N      how many run side by side
 *
 * Tells what is not as it should be and how many are; exit 0: all are, 1: some are not.
 */
import { parseArgs } from 'node:util'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { containment, hostSecret } from './containment/suite.ts'
import { ordinary } from './ordinary/suite.ts'
import type { Fixture } from './support/fixtures.ts'
import { languages, tryProgram } from './support/program-suite.ts'
import { levels, nothingIsLeft, openSandbox, runHonestly } from './support/sandbox.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    runs: { type: 'string', default: '1000' },
    'wall-ms': { type: 'string' },
    'at-once': { type: 'string', default: '3' },
  },
})
const suite = { containment, ordinary }[positionals[0] ?? '']
const level = levels.find((it) => it === positionals[1])
if (!suite || !level) throw new Error(`usage: run-programs.ts containment|ordinary ${levels.join('|')}`)
const timeMs = values['wall-ms'] === undefined ? undefined : Number(values['wall-ms'])
const attempts = { runs: Number(values.runs), ...(timeMs && { limits: { wallMs: timeMs, cpuMs: timeMs } }) }
const atOnce = Number(values['at-once'])

const programs = languages
  .flatMap((language) => suite.programs(language, level))
  .filter(({ language, name }) => new RegExp(values.only).test(`${language} ${name}`))
const queue = [...programs]
const wrong: Fixture[] = []

process.env.CODENODE_TEST_SECRET = hostSecret
const sandbox = await openSandbox({ packages: 'installed', isolation: level, maxRunning: atOnce, spares: 2 })
try {
  for (const language of languages) await suite.checkBefore?.(sandbox, language)
  await Promise.all(Array.from({ length: atOnce }, () => workThrough(sandbox)))
  await nothingIsLeft(sandbox)
  for (const language of languages) await runHonestly(sandbox, language)
} finally {
  await sandbox.close()
}
const counts = languages.map((language) => {
  const count = (list: Fixture[]) => list.filter((it) => it.language === language).length
  return `${language} ${count(programs) - count(wrong)} of ${count(programs)}`
})
console.log(`as they should be: ${counts.join(', ')}`)
process.exitCode = wrong.length === 0 && programs.length > 0 ? 0 : 1

async function workThrough(from: RunningSandbox): Promise<void> {
  for (let program = queue.shift(); program; program = queue.shift()) {
    const startedMs = performance.now()
    const faults = await findFaults(from, program)
    if (faults.length > 0) wrong.push(program)
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
    console.log(`${faults.length === 0 ? 'ok' : 'WRONG'}  ${program.language} ${program.name}  ${seconds} s`)
    for (const fault of faults) console.log(`    ${fault.replaceAll('\n', '\n    ')}`)
  }
}

/** A sandbox that cannot run a program is a fault like any other, and the programs behind it still have their turn. */
async function findFaults(from: RunningSandbox, program: Fixture): Promise<string[]> {
  try {
    // One that cannot be judged has no place in the results.
    return await tryProgram(from, suite ?? ordinary, program, attempts)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
