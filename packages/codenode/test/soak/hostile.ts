import { isDeepStrictEqual } from 'node:util'
import type { IsolationLevel } from '../../src/contract/program.ts'
import { buildPrelude, containmentFixtures } from '../containment/suite.ts'
import { type Fixture, type FixtureLanguage, readFixtures } from '../support/fixtures.ts'
import type { SoakRun } from './programs.ts'

/** So that what fills a limit is soon at it. */
const small = { wallMs: 300, cpuMs: 150, memoryMb: 48, logBytes: 2 ** 17, resultBytes: 2 ** 20 }
/** A program may come to one of these before it comes to the end that it is about. */
const limitEnds = ['wall_time_exceeded', 'cpu_time_exceeded', 'memory_exceeded', 'result_too_large']
const mebibyte = 2 ** 20
const folders = ['resources/', 'forged/']

/** Runs of the containment suite's programs that take what they can get, and forge what the host reads. */
export function buildHostileRuns(level: IsolationLevel): ((index: number) => SoakRun)[] {
  return (['python', 'javascript'] as const).flatMap((language) => {
    const prelude = buildPrelude(language)
    return [
      ...readFixtures(containmentFixtures, language)
        .filter(({ name }) => folders.some((folder) => name.startsWith(folder)))
        .filter((it) => (it.level ?? level) === level && (it.arch ?? process.arch) === process.arch)
        .map((fixture) => () => toRun(fixture, prelude)),
      (index: number) => buildAbandoned(language, index),
    ]
  })
}

function toRun({ name, language, code, ends, limits }: Fixture, prelude: string): SoakRun {
  const { memoryBytes, tmpBytes = 0, wallMs, cpuMs, logBytes, resultBytes, ...others } = limits
  const lower = (own: number | undefined, most: number) => Math.min(own ?? most, most)
  // What asks for much memory at once, as a thread of JavaScript does, crashes where it gets none: far below the limit.
  const isStarved = memoryBytes !== undefined && memoryBytes > small.memoryMb * mebibyte
  const allowed = new Set([...ends, ...limitEnds, ...(isStarved ? ['code_crashed'] : [])])
  return {
    name: `${language} ${name}`,
    kind: 'hostile',
    node: {
      type: 'code',
      title: 'hostile',
      code_language: language === 'python' ? 'python3' : language,
      code: prelude + code,
      outputs: { escaped: { type: 'array[string]' } },
      limits: {
        ...others,
        wallMs: lower(wallMs, small.wallMs),
        cpuMs: lower(cpuMs, small.cpuMs),
        tmpMb: tmpBytes / mebibyte,
        memoryMb: lower(memoryBytes && Math.max(16, memoryBytes / mebibyte), small.memoryMb),
        logBytes: lower(logBytes, small.logBytes),
        resultBytes: lower(resultBytes, small.resultBytes),
      },
    },
    inputs: {},
    abandonAfterMs: null,
    findFault: ({ status, outputs, error }) => {
      const end = status === 'succeeded' ? 'returned' : (error?.code ?? status)
      if (!allowed.has(end)) return `ended as ${end}: ${error?.message}`
      const isClean = status !== 'succeeded' || isDeepStrictEqual(outputs, { escaped: [] })
      return isClean ? null : `got out: ${JSON.stringify(outputs)?.slice(0, 500)}`
    },
  }
}

/** A program without an end whose client goes away. */
function buildAbandoned(language: FixtureLanguage, index: number): SoakRun {
  const isBusy = index % 2 === 0
  const programs = {
    python: `import time\ndef main():\n    while True: ${isBusy ? 'pass' : 'time.sleep(1)'}`,
    javascript: isBusy
      ? 'function main() { for (;;); }'
      : 'const main = () => new Promise(() => setTimeout(() => 0, 1e8))',
  }
  return {
    name: `${language} abandoned`,
    kind: 'hostile',
    node: {
      type: 'code',
      title: 'abandoned',
      code_language: language === 'python' ? 'python3' : language,
      code: programs[language],
      outputs: {},
      limits: { wallMs: 120_000, cpuMs: 120_000 },
    },
    inputs: {},
    abandonAfterMs: index % 50,
    findFault: ({ status, error }) => (status === 'cancelled' ? null : `ended as ${status}, ${error?.code}`),
  }
}
