import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { languages, tryProgram } from '../support/program-suite.ts'
import { levels, nothingIsLeft, openSandbox } from '../support/sandbox.ts'
import { containment, hostSecret } from './suite.ts'

describe.each(levels)('containment at %s', { concurrent: true }, (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    process.env.CODENODE_TEST_SECRET = hostSecret
    sandbox = await openSandbox({ packages: 'installed', isolation: level, maxRunning: 3, spares: 2 })
  })
  afterAll(async () => {
    await nothingIsLeft(sandbox)
    await sandbox.close()
    delete process.env.CODENODE_TEST_SECRET
  })

  for (const language of languages) {
    const programs = containment.programs(language, level)

    test(`there are at least 60 programs in ${language}`, () => {
      expect(programs.length).toBeGreaterThanOrEqual(60)
    })

    test(`a program in ${language} can make system calls by itself`, async () => {
      await containment.checkBefore?.(sandbox, language)
    })

    test.each(programs)(
      `${language} $name is contained`,
      async (program) => expect(await tryProgram(sandbox, containment, program)).toEqual([]),
      180_000,
    )
  }
})
