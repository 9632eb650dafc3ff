import type { Results, Row } from './results.ts'
import type { BenchLanguage } from './workloads/workload.ts'

/** One promise of the project and how this run kept it; `isMet` is null when what it needs was not measured. */
export type Target = { text: string; measured: string; isMet: boolean | null }

const languages = ['python', 'javascript'] as const
const names = { python: 'Python', javascript: 'JavaScript' } as const

/** All promises, from the figures of one run. */
export function checkTargets(results: Results): Target[] {
  const find = (workload: string, contender: string) =>
    results.rows.find((row) => row.workload === workload && row.contender === contender)
  return [
    ...languages.flatMap((language) => latencyTargets(language, find)),
    ...languages.map((language) => throughputTarget(language, find)),
    spawnTarget('python', 20, find),
    spawnTarget('javascript', 8, find),
    ...languages.map((language) => cpuTarget(language, find)),
    ...languages.map((language) => dataTarget(language, find)),
    ...memoryTargets(results),
    ...burstTargets(results),
    ...workflowTargets(find),
    ...languages.flatMap((language) => httpTargets(language, find)),
    ...floodTargets(results),
  ]
}

type Find = (workload: string, contender: string) => Row | undefined

function latencyTargets(language: BenchLanguage, find: Find): Target[] {
  const floor = find('trivial', `floor-${language}`)?.single?.medianMs
  return (
    [
      ['', 'with spares', 1.0],
      ['-no-spares', 'without spares', 1.6],
    ] as const
  ).map(([suffix, spares, most]) => {
    const own = find('trivial', `codenode-${language}${suffix}`)?.single?.medianMs
    return atMost({
      text: `trivial ${names[language]} ${spares}: median ≤ ${most.toFixed(1)} × the floor's`,
      most,
      own,
      other: floor,
      unit: 'ms',
    })
  })
}

function throughputTarget(language: BenchLanguage, find: Find): Target {
  const own = find('trivial', `codenode-${language}`)?.saturated?.runsPerSecond
  const floor = find('trivial', `floor-${language}`)?.saturated?.runsPerSecond
  return atLeast({
    text: `saturated trivial ${names[language]}: ≥ 70 % of the floor's runs/s`,
    least: 0.7,
    own,
    other: floor,
  })
}

function spawnTarget(language: BenchLanguage, least: number, find: Find): Target {
  const own = find('trivial', `codenode-${language}`)?.saturated?.runsPerSecond
  const spawned = find('trivial', `spawn-${language}-imports`)?.saturated?.runsPerSecond
  const what = language === 'python' ? 'python3 with numpy and pandas' : 'node with lodash and moment'
  return atLeast({
    text: `saturated trivial ${names[language]}: ≥ ${least} × spawn of ${what}`,
    least,
    own,
    other: spawned,
  })
}

function cpuTarget(language: BenchLanguage, find: Find): Target {
  const own = find('fib(27)', `codenode-${language}`)?.innerMs ?? undefined
  const plain = find('fib(27)', `spawn-${language}`)?.innerMs ?? undefined
  return atMost({
    text: `fib(27) in ${names[language]}, timed by itself: within 5 % of the plain interpreter`,
    most: 1.05,
    own,
    other: plain,
    unit: 'ms',
  })
}

function dataTarget(language: BenchLanguage, find: Find): Target {
  const own = find('1 MiB in and out', `codenode-${language}`)?.single?.medianMs
  const converting = find('1 MiB in and out', `serialising-${language}`)?.single?.medianMs
  return atMost({
    text: `1 MiB in and out, ${names[language]}: ≤ 3 × serialising and parsing it twice`,
    most: 3,
    own,
    other: converting,
    unit: 'ms',
  })
}

function memoryTargets({ memory }: Results): Target[] {
  return memory.map(({ language, state, memory: of }) => ({
    text: `a ${state} ${names[language]} child adds ≤ 8 MiB`,
    measured: of ? `${of.own.toFixed(1)} MiB` : 'not readable here',
    isMet: of ? of.own <= 8 : null,
  }))
}

function burstTargets({ bursts }: Results): Target[] {
  return bursts.map(({ language, runs, finished, wrong, totalMs }) => ({
    text: `${runs} ${names[language]} runs at once: all finish, none wrong`,
    measured: `${finished} finished, ${wrong} wrong, in ${totalMs.toFixed(0)} ms`,
    isMet: finished === runs && wrong === 0,
  }))
}

function httpTargets(language: BenchLanguage, find: Find): Target[] {
  const http = find('trivial', `http-${language}`)
  const library = find('trivial', `codenode-${language}`)
  const text = `trivial ${names[language]} over HTTP: median ≤ 1 ms above the library's`
  const added = http?.single && library?.single ? http.single.medianMs - library.single.medianMs : undefined
  const bare = find('trivial', `http-bare-${language}`)?.single
  const describeBare = () =>
    bare && library?.single ? `; a bare node:http adds ${(bare.medianMs - library.single.medianMs).toFixed(2)} ms` : ''
  return [
    added === undefined
      ? unmeasured(text)
      : {
          text,
          measured: `${added.toFixed(2)} ms above ${library?.single?.medianMs.toFixed(2)} ms${describeBare()}`,
          isMet: added <= 1,
        },
    atLeast({
      text: `saturated trivial ${names[language]} over HTTP: ≥ 80 % of the library's runs/s`,
      least: 0.8,
      own: http?.saturated?.runsPerSecond,
      other: library?.saturated?.runsPerSecond,
    }),
  ]
}

function workflowTargets(find: Find): Target[] {
  const overhead = languages.map((language): Target => {
    const text = `a trivial ${names[language]} node in a workflow: median ≤ 0.5 ms above the library's`
    const own = find('trivial', `workflow-${language}`)?.single?.medianMs
    const library = find('trivial', `codenode-${language}`)?.single?.medianMs
    if (own === undefined || library === undefined) return unmeasured(text)
    const measured = `${(own - library).toFixed(2)} ms above ${library.toFixed(2)} ms`
    return { text, measured, isMet: own - library <= 0.5 }
  })
  const throughput = atLeast({
    text: "an iteration of 1,000 trivial Python items: ≥ 70 % of the floor's runs/s",
    least: 0.7,
    own: find('trivial', 'workflow-python')?.saturated?.runsPerSecond,
    other: find('trivial', 'floor-python')?.saturated?.runsPerSecond,
  })
  return [...overhead, throughput]
}

function floodTargets({ flood }: Results): Target[] {
  if (!flood) return []
  const { clients, seconds, finished, wrong, refused, refusalMedianMs, earlyMiB, lateMiB } = flood
  return [
    {
      text: `${clients} clients for ${seconds} s: no wrong answer, the rest refused at once`,
      measured: `${finished} right, ${wrong} wrong, ${refused} refused after ${refusalMedianMs.toFixed(1)} ms (median)`,
      isMet: wrong === 0 && finished > 0,
    },
    {
      text: `${clients} clients for ${seconds} s: memory of the service flat (at most a fifth more)`,
      measured: `${earlyMiB.toFixed(0)} → ${lateMiB.toFixed(0)} MiB`,
      isMet: lateMiB <= earlyMiB * 1.2,
    },
  ]
}

type Ratio = { text: string; own: number | undefined; other: number | undefined }

function atMost({ text, most, own, other, unit }: Ratio & { most: number; unit: string }): Target {
  if (own === undefined || other === undefined) return unmeasured(text)
  return {
    text,
    measured: `${(own / other).toFixed(2)} × (${own.toFixed(2)} / ${other.toFixed(2)} ${unit})`,
    isMet: own / other <= most,
  }
}

function atLeast({ text, least, own, other }: Ratio & { least: number }): Target {
  if (own === undefined || other === undefined) return unmeasured(text)
  const ratio = least < 1 ? `${((own / other) * 100).toFixed(0)} %` : `${(own / other).toFixed(1)} ×`
  return { text, measured: `${ratio} (${own.toFixed(1)} / ${other.toFixed(1)} runs/s)`, isMet: own / other >= least }
}

const unmeasured = (text: string): Target => ({ text, measured: 'not measured', isMet: null })
