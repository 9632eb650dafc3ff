import path from 'node:path'
import type { Execution } from '../../src/contract/program.ts'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { toArchitecture } from '../../src/sandbox/seccomp/build-filter.ts'
import { type Fixture, type FixtureLanguage, readFixtures, readPrelude } from '../support/fixtures.ts'
import { isMeant, type ProgramSuite } from '../support/program-suite.ts'
import { describeOutcome, endOf, resultOf, runCode, runHonestly } from '../support/sandbox.ts'
import { allowedNumbers, systemCalls } from './system-calls.ts'

/** The programs that try to get out, or to take more than their share. */
export const containmentFixtures = path.join(import.meta.dirname, 'fixtures')

/** What a program looks for in its own memory: put it into `CODENODE_TEST_SECRET` of the environment of the service. */
export const hostSecret = 'tallow-quince-7731'

/** Hostile programs. Each ends as it says; one that returns tells what it achieved, which must be nothing. */
export const containment: ProgramSuite = {
  programs: (language, level) => {
    const prelude = buildPrelude(language)
    return readFixtures(containmentFixtures, language)
      .filter((it) => isMeant(it, level))
      .map((it) => ({ ...it, code: prelude + it.code }))
  },
  // Little memory, so that what fills it is soon done; much time, since a run beside many others gets little of a processor.
  limits: { memoryBytes: 160 * 2 ** 20, wallMs: 150_000 },
  findFaults: (program, execution) => [...findWrongEnd(program, execution), ...findLogsBeyondLimit(program, execution)],
  checkBefore: makeSystemCall,
  checkAfter: runHonestly,
}

/** Else many programs would test nothing: a hidden library is no wall; the kernel is. */
async function makeSystemCall(sandbox: RunningSandbox, language: FixtureLanguage): Promise<void> {
  const code =
    language === 'python'
      ? 'def main():\n    return {"pid": call("getpid")}'
      : 'function main() { return { pid: call("getpid") ?? null } }'
  const { pid } = resultOf<{ pid: number | null }>(await runCode(sandbox, language, buildPrelude(language) + code))
  if (pid === null || pid <= 0) throw new Error(`a program cannot make system calls: getpid gave ${pid}`)
}

function findWrongEnd({ ends }: Fixture, execution: Execution): string[] {
  if (!ends.includes(endOf(execution))) return [`ends as ${describeOutcome(execution)}, not as ${ends.join(' or ')}`]
  if (execution.outcome.status !== 'returned') return []
  const { resultJson } = execution.outcome
  return JSON.stringify(JSON.parse(resultJson)) === '{"escaped":[]}' ? [] : [`returned ${resultJson.slice(0, 4000)}`]
}

function findLogsBeyondLimit({ limits }: Fixture, { logs }: Execution): string[] {
  // Long enough for the mark that says what was cut.
  const mostBytes = (limits.logBytes ?? 2 ** 20) + 200
  return (['stdout', 'stderr'] as const).flatMap((stream) => {
    const keptBytes = logs.filter((it) => it.stream === stream).reduce((sum, { text }) => sum + text.length, 0)
    return keptBytes > mostBytes ? [`${keptBytes} bytes of ${stream} are kept, not at most ${mostBytes}`] : []
  })
}

/** The helpers of a language, with the numbers of this machine's system calls and those that a run may make. */
export function buildPrelude(language: FixtureLanguage): string {
  const arch = toArchitecture(process.arch)
  if (!arch) throw new Error(`no tables for ${process.arch}`)
  const assign = (name: string, value: unknown) =>
    `${language === 'python' ? '' : 'const '}${name} = ${JSON.stringify(value)}\n`
  return (
    assign('NUMBERS', systemCalls(arch)) +
    assign('ALLOWED_NUMBERS', allowedNumbers(language, arch)) +
    assign('SECRET_REVERSED', Array.from(hostSecret).toReversed().join('')) +
    readPrelude(containmentFixtures, language)
  )
}
