import type { FloodReport } from './flood.ts'
import type { Results, Row } from './results.ts'
import { checkTargets, type Target } from './targets.ts'
import { workloads } from './workloads/all.ts'
import type { BenchLanguage } from './workloads/workload.ts'

const languages: Record<BenchLanguage, string> = { python: 'Python', javascript: 'JavaScript' }
const header = ['workload', 'contender', 'median ms', 'p99 ms', 'runs', 'own work ms', 'runs/s', 'p99 ms', 'how']

/** For people at a terminal. */
export function toText(results: Results): string {
  return [
    describeMachine(results),
    drawTable(header, toTable(results.rows)),
    'Left: one run at a time. Right: as many as give the most. p99 of fewer than 100 runs is the slowest.',
    'Isolation:',
    ...describeIsolation(results.rows).map((line) => `  ${line}`),
    'More:',
    ...describeRest(results).map((line) => `  ${line}`),
    'Must reach:',
    ...checkTargets(results).map((target) => `  ${mark(target)} ${target.text}: ${target.measured}`),
    '',
  ].join('\n')
}

/** docs/benchmarks.md. */
export function toMarkdown(results: Results): string {
  const { versions } = results.machine
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --write`. All in one run, interleaved: in each round every contender does one small batch.',
    'Every answer of every run is checked. Times are in ms, from the call to the answer.',
    '',
    ...describeMachine(results)
      .split('\n')
      .map((line) => `- ${line}`),
    `- ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
    '',
    '## Must reach',
    '',
    '| | target | measured |',
    '| --- | --- | --- |',
    ...checkTargets(results).map((target) => `| ${mark(target)} | ${target.text} | ${target.measured} |`),
    '',
    '## Table',
    '',
    'Left: one run at a time, one after the other without a pause. Right: as many runs at once as give the most.',
    'p99 of fewer than 100 runs is the slowest. *Own work*: what the program measured inside itself.',
    '',
    `| ${header.join(' | ')} |`,
    `| ${header.map((_, index) => (index < 2 || index === header.length - 1 ? '---' : '---:')).join(' | ')} |`,
    ...toTable(results.rows).map((cells) => `| ${cells.join(' | ')} |`),
    '',
    '## Isolation of each',
    '',
    ...describeIsolation(results.rows).map((line) => `- ${line}`),
    '',
    '## Workloads',
    '',
    ...workloads.map(({ name, summary }) => `- **${name}**: ${summary}.`),
    '',
    '## Memory, bursts, start-up',
    '',
    ...describeRest(results).map((line) => `- ${line}`),
    '',
  ].join('\n')
}

function describeMachine({ machine, isQuick }: Results): string {
  const { date, cores, processor, memoryGb, system, loadBefore } = machine
  return [
    `${date.slice(0, 16).replace('T', ' ')} UTC${isQuick ? ', --quick: small samples, not figures to keep' : ''}`,
    `${cores} cores (${processor}), ${memoryGb} GB, ${system}; load before: ${loadBefore.toFixed(2)}`,
  ].join('\n')
}

function toTable(rows: readonly Row[]): string[][] {
  const groups = Map.groupBy(rows, ({ workload, language }) => `${workload}, ${languages[language]}`)
  const order = workloads.flatMap(({ name }) => Object.values(languages).map((language) => `${name}, ${language}`))
  return order.flatMap((name) => (groups.get(name) ?? []).map((row, index) => toCells(row, index === 0 ? name : '')))
}

function toCells({ title, single, innerMs, saturated }: Row, name: string): string[] {
  return [
    name,
    title,
    single ? ms(single.medianMs) : '',
    single ? ms(single.p99Ms) : '',
    single ? String(single.runs) : '',
    innerMs === null ? '' : ms(innerMs),
    saturated ? saturated.runsPerSecond.toFixed(saturated.runsPerSecond < 20 ? 1 : 0) : '',
    saturated ? ms(saturated.p99Ms) : '',
    saturated ? saturated.how : '',
  ]
}

const ms = (value: number) => value.toFixed(value < 100 ? 2 : 0)

function describeIsolation(rows: readonly Row[]): string[] {
  return [...new Map(rows.map(({ title, isolation }) => [title, `${title}: ${isolation}`])).values()]
}

function describeRest({ memory, bursts, flood, startUps }: Results): string[] {
  return [
    ...memory.map(({ language, state, children, memory: of, zygote }) => {
      const name = `a ${state} ${languages[language]} child`
      if (!of) return `${name}: this user may not read its memory`
      const share = `proportional share of all it maps ${of.proportional.toFixed(1)} MiB beside ${children - 1} others`
      const warm = zygote ? `; the zygote: ${zygote.proportional.toFixed(0)} MiB proportional` : ''
      return `${name}: ${of.own.toFixed(1)} MiB of its own (page tables ${of.tables.toFixed(1)}), ${share}${warm}`
    }),
    ...bursts.map(
      ({ language, runs, finished, wrong, totalMs }) =>
        `${runs} ${languages[language]} runs at once: ${finished} finished, ${wrong} wrong, ${totalMs.toFixed(0)} ms in all`,
    ),
    ...(flood ? [describeFlood(flood)] : []),
    ...startUps.map(
      ({ runtimes, ms: time, samples }) =>
        `start of a sandbox with ${runtimes.join(' and ')}: ${time.toFixed(0)} ms (median of ${samples})`,
    ),
  ]
}

function drawTable(head: string[], body: string[][]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column]?.length ?? 0)))
  const isNumber = (column: number) => column >= 2 && column < head.length - 1
  const draw = (cells: string[]) =>
    cells
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd()
  return [
    draw(head),
    ...body.flatMap((cells, index) => (cells[0] !== '' && index > 0 ? ['', draw(cells)] : [draw(cells)])),
  ].join('\n')
}

function mark({ isMet }: Target): string {
  return isMet === null ? '–' : isMet ? '✓' : '✗'
}

function describeFlood({ clients, seconds, finished, refused, ...rest }: FloodReport): string {
  const refusals = `${refused} refused at once (median ${rest.refusalMedianMs.toFixed(1)} ms, p99 ${rest.refusalP99Ms.toFixed(1)} ms)`
  const memory = `memory of the service ${rest.earlyMiB.toFixed(0)} MiB early on, ${rest.lateMiB.toFixed(0)} MiB at the end`
  return `${clients} clients at once over HTTP for ${seconds} s: ${finished} runs, ${rest.wrong} wrong, ${refusals}, ${memory}`
}
