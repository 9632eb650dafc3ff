import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../../src/pool/create-sandbox.ts'
import { levels, nothingIsLeft, openSandbox, resultOf, runCode } from '../support/sandbox.ts'
import { meetings, plants } from './other-runs.ts'
import { buildPrelude } from './suite.ts'

const preludes = {
  python: buildPrelude('python'),
  javascript: buildPrelude('javascript'),
}

describe.each(levels)('runs and other runs at %s', { concurrent: true }, (level) => {
  let sandbox: RunningSandbox
  beforeAll(async () => {
    sandbox = await openSandbox({ packages: 'installed', isolation: level, maxRunning: 4, spares: 2 })
  })
  afterAll(async () => {
    await nothingIsLeft(sandbox)
    await sandbox.close()
  })

  describe.each(['python', 'javascript'] as const)('%s', (language) => {
    const run = async (code: string) => resultOf(await runCode(sandbox, language, preludes[language] + code))

    test.each(meetings.filter((it) => it[language]))('two runs at once cannot meet by $name', async (meeting) => {
      const code = meeting[language] ?? ''
      const [first, second] = await Promise.all([run(code), run(code)])
      expect(first).toEqual({ escaped: [] })
      expect(second).toEqual({ escaped: [] })
    })

    test.each(plants.filter((it) => it[language]))(
      'what a run leaves in $name is not there for the next',
      async (plant) => {
        const { leave, look } = plant[language] ?? { leave: '', look: '' }
        // Spares of the time before are used up too.
        for (let round = 0; round < 4; round++) {
          await runCode(sandbox, language, preludes[language] + leave)
          expect(await run(look)).toEqual({ escaped: [] })
        }
      },
    )
  })

  test('what one language leaves is not there for the other', async () => {
    await runCode(sandbox, 'python', 'import os\nos.environ["CODENODE_MARK"] = "1"\ndef main(): return {}')
    const code = 'function main() { return { mark: process.env.CODENODE_MARK ?? null } }'
    expect(resultOf(await runCode(sandbox, 'javascript', code))).toEqual({ mark: null })
  })

  test('200 runs draw 200 different sets of random numbers in Python', async () => {
    const code = `
import os, random, secrets, ssl, uuid, tempfile
import numpy
def main():
    return {"drawn": [
        repr(random.random()), repr(random.getrandbits(128)), secrets.token_hex(16), repr(numpy.random.rand()),
        repr(numpy.random.default_rng().random()), str(uuid.uuid4()), os.urandom(16).hex(), ssl.RAND_bytes(16).hex(),
        repr(random.SystemRandom().random()), repr(numpy.random.RandomState().rand()), repr(random.Random().random()),
        "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=20)), repr(numpy.random.permutation(30).tolist()),
    ]}`
    await expectAllDifferent(sandbox, 'python', code)
  })

  test('200 runs draw 200 different sets of random numbers in JavaScript', async () => {
    const code = `
const crypto = require('node:crypto'), vm = require('node:vm'), lodash = require('lodash')
async function main() {
  const { Worker } = require('node:worker_threads')
  return { drawn: [
    String(Math.random()), crypto.randomUUID(), crypto.randomBytes(16).toString('hex'), globalThis.crypto.randomUUID(),
    globalThis.crypto.getRandomValues(new Uint32Array(4)).join(), String(crypto.randomInt(2 ** 47)), require('uuid').v4(),
    require('nanoid').nanoid(), String(vm.runInNewContext('Math.random()')), String(lodash.random(0, 1, true)),
    crypto.scryptSync(crypto.randomBytes(8), 'x', 8).toString('hex'), crypto.createSecretKey(crypto.randomBytes(16)).export().toString('hex'),
    Array.from({ length: 10 }, Math.random).join(), require('node:util').inspect(await crypto.subtle.exportKey('raw', await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt'])).then((it) => Buffer.from(it).toString('hex'))),
  ] }
}`
    await expectAllDifferent(sandbox, 'javascript', code)
  })
})

async function expectAllDifferent(
  sandbox: RunningSandbox,
  language: 'python' | 'javascript',
  code: string,
): Promise<void> {
  const runs = await Promise.all(
    Array.from(
      { length: 200 },
      async () => resultOf<{ drawn: string[] }>(await runCode(sandbox, language, code)).drawn,
    ),
  )
  const sources = runs[0]?.length ?? 0
  for (let source = 0; source < sources; source++) {
    expect(new Set(runs.map((drawn) => drawn[source])).size, `source ${source}`).toBe(200)
  }
}
