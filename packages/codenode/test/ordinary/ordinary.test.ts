import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { languages, tryProgram } from '../support/program-suite.ts'
import { levels, nothingIsLeft, openSandbox } from '../support/sandbox.ts'
import { ordinary } from './suite.ts'

describe.each(levels)('ordinary programs at %s', { concurrent: true }, (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ packages: 'installed', isolation: level, maxRunning: 3, spares: 2 })
  })
  afterAll(async () => {
    await nothingIsLeft(sandbox)
    await sandbox.close()
  })

  for (const language of languages) {
    const programs = ordinary.programs(language, level)

    test(`there are at least 30 programs in ${language}`, () => {
      expect(programs.length).toBeGreaterThanOrEqual(30)
    })

    test.each(programs)(
      `${language} $name works`,
      async (program) => expect(await tryProgram(sandbox, ordinary, program)).toEqual([]),
      180_000,
    )
  }
})
