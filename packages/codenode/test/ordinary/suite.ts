import path from 'node:path'
import { readFixtures } from '../support/fixtures.ts'
import { isMeant, type ProgramSuite } from '../support/program-suite.ts'
import { describeOutcome } from '../support/sandbox.ts'

const folder = path.join(import.meta.dirname, 'fixtures')

/** What users write. Each returns `ok: true` when all that it looked at was right. */
export const ordinary: ProgramSuite = {
  programs: (language, level) => readFixtures(folder, language).filter((it) => isMeant(it, level)),
  limits: {},
  findFaults: (_program, execution) => {
    const { outcome } = execution
    const isRight = outcome.status === 'returned' && (JSON.parse(outcome.resultJson) as { ok?: unknown }).ok === true
    return isRight ? [] : [describeOutcome(execution)]
  },
}
