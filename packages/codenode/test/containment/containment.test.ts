import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { type Fixture, type FixtureLanguage, readFixtures } from '../support/fixtures.ts'
import {
  describeOutcome,
  endOf,
  levels,
  nothingIsLeft,
  openSandbox,
  resultOf,
  runCode,
  runHonestly,
} from '../support/sandbox.ts'
import { buildPrelude, containmentFixtures } from './prelude.ts'

const languages: readonly FixtureLanguage[] = ['python', 'javascript']
/** Small, so that what fills it is soon done. */
const smallLimits = { memoryBytes: 160 * 2 ** 20, wallMs: 60_000 }
/** What a program looks for in its own memory: it is in the environment and memory of the service. */
const hostSecret = 'tallow-quince-7731'

describe.each(levels)('containment at %s', { concurrent: true }, (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    process.env.CODENODE_TEST_SECRET = hostSecret
    sandbox = await openSandbox({ isolation: level, maxRunning: 3, spares: 2 })
  })
  afterAll(async () => {
    await nothingIsLeft(sandbox)
    await sandbox.close()
    delete process.env.CODENODE_TEST_SECRET
  })

  for (const language of languages) {
    const prelude = buildPrelude(language, { SECRET_REVERSED: Array.from(hostSecret).toReversed().join('') })
    const fixtures = readFixtures(containmentFixtures, language).filter((it) => isMeant(it, level))

    test(`there are at least 60 programs in ${language}`, () => {
      expect(fixtures.length).toBeGreaterThanOrEqual(60)
    })

    test(`a program in ${language} can make system calls by itself`, async () => {
      // Else many programs would test nothing. A hidden library is no wall; the kernel is.
      const code =
        language === 'python'
          ? 'def main():\n    return {"pid": call("getpid")}'
          : 'function main() { return { pid: call("getpid") ?? null } }'
      const { pid } = resultOf<{ pid: number | null }>(await runCode(sandbox, language, prelude + code))
      expect(pid).toBeGreaterThan(0)
    })

    test.each(fixtures)(
      `${language} $name is contained`,
      async ({ code, ends, limits, repeat }) => {
        for (let run = 1; run < repeat; run++)
          await runCode(sandbox, language, prelude + code, { limits: { ...smallLimits, ...limits } })
        const execution = await runCode(sandbox, language, prelude + code, { limits: { ...smallLimits, ...limits } })
        expect(ends, describeOutcome(execution)).toContain(endOf(execution))
        if (execution.outcome.status === 'returned') {
          expect(JSON.parse(execution.outcome.resultJson)).toEqual({ escaped: [] })
        }
        // Long enough for the mark that says what was cut.
        for (const stream of ['stdout', 'stderr'] as const) {
          const kept = execution.logs
            .filter((it) => it.stream === stream)
            .reduce((sum, { text }) => sum + text.length, 0)
          expect(kept).toBeLessThanOrEqual((limits.logBytes ?? 2 ** 20) + 200)
        }
        await runHonestly(sandbox, language)
      },
      180_000,
    )
  }
})

function isMeant({ level, arch }: Fixture, at: string): boolean {
  return (level === undefined || level === at) && (arch === undefined || arch === process.arch)
}
