import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { type FixtureLanguage, readFixtures } from '../support/fixtures.ts'
import { levels, nothingIsLeft, openSandbox, resultOf, runCode } from '../support/sandbox.ts'

const folder = path.join(import.meta.dirname, 'fixtures')
const languages: readonly FixtureLanguage[] = ['python', 'javascript']

describe.each(levels)('ordinary programs at %s', { concurrent: true }, (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ isolation: level, maxRunning: 3, spares: 2 })
  })
  afterAll(async () => {
    await nothingIsLeft(sandbox)
    await sandbox.close()
  })

  for (const language of languages) {
    const fixtures = readFixtures(folder, language)

    test(`there are at least 30 programs in ${language}`, () => {
      expect(fixtures.length).toBeGreaterThanOrEqual(30)
    })

    test.each(fixtures)(
      `${language} $name works`,
      async ({ code, limits, repeat }) => {
        for (let run = 0; run < repeat; run++) {
          const { ok } = resultOf(await runCode(sandbox, language, code, { limits }))
          expect(ok, `run ${run + 1}`).toBe(true)
        }
      },
      180_000,
    )
  }
})
