import type { RunLimits } from '../../src/contract/limits.ts'
import type { Execution, IsolationLevel } from '../../src/contract/program.ts'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import type { Fixture, FixtureLanguage } from './fixtures.ts'
import { runCode } from './sandbox.ts'

export const languages: readonly FixtureLanguage[] = ['python', 'javascript']

/** Programs in files of their own and how each is judged; vitest runs them, and so does run-programs.ts on other machines. */
export type ProgramSuite = {
  /** Those that are meant for a level and this machine, whole as they run. */
  programs: (language: FixtureLanguage, level: IsolationLevel) => Fixture[]
  /** How far away the limits are that a program does not set itself. */
  limits: Partial<RunLimits>
  /** What is wrong with a run; nothing if it is as it should be. */
  findFaults: (program: Fixture, execution: Execution) => string[]
  /** Throws unless the programs test what they are meant to test. */
  checkBefore?: (sandbox: RunningSandbox, language: FixtureLanguage) => Promise<void>
  /** Throws unless the sandbox still works as it should after a program. */
  checkAfter?: (sandbox: RunningSandbox, language: FixtureLanguage) => Promise<void>
}

/** Runs a program as often as it asks for, at most `runs` times, and tells the faults of the first run that has any. */
export async function tryProgram(
  sandbox: RunningSandbox,
  suite: ProgramSuite,
  program: Fixture,
  { runs = Number.POSITIVE_INFINITY, limits }: { runs?: number; limits?: Partial<RunLimits> } = {},
): Promise<string[]> {
  const { language, code, repeat } = program
  const patient = { limits: { ...suite.limits, ...limits, ...program.limits } }
  for (let run = 1; run <= Math.min(repeat, runs); run++) {
    const faults = suite.findFaults(program, await runCode(sandbox, language, code, patient))
    if (faults.length > 0) return repeat > 1 ? faults.map((fault) => `run ${run}: ${fault}`) : faults
  }
  await suite.checkAfter?.(sandbox, language)
  return []
}

/** Whether a program is for a level and for this machine. */
export function isMeant({ level, arch }: Fixture, at: IsolationLevel): boolean {
  return (level === undefined || level === at) && (arch === undefined || arch === process.arch)
}
