import { readFileSync } from 'node:fs'
import type { RunRecord } from '../contract/record.ts'
import type { WorkflowRecord } from '../contract/workflow-record.ts'
import { demoData } from './demo-files.ts'

/** One node of the demo: what goes in, and what must come out. */
export type Scene = {
  file: string
  inputs: () => Record<string, unknown>
  /** What is wrong with the record; null: it is as expected. */
  check: (record: RunRecord) => string | null
}

/** In the environment of the demo, and never to be seen by a run. */
export const secretName = 'CODENODE_DEMO_SECRET'

/** How long the shop of `opening-hours` stays closed: between its first try and its third. */
const closedMs = 600

export const scenes: readonly Scene[] = [
  {
    file: 'seattle-weather.yml',
    inputs: () => ({ csv: readData('seattle-weather.csv') }),
    check: ({ status, outputs }) =>
      status === 'succeeded' && outputs?.days === 1461 && hasRows(outputs.months, 12)
        ? null
        : 'expected 12 months of 1461 days',
  },
  {
    file: 'cars.yml',
    inputs: () => ({ cars: JSON.parse(readData('cars.json')) as unknown }),
    check: ({ status, outputs }) =>
      status === 'succeeded' && hasRows(outputs?.years, 12) ? null : 'expected cars of 12 years',
  },
  {
    file: 'airports.yml',
    inputs: () => ({ csv: readData('airports.csv'), home: 'SEA' }),
    check: ({ status, outputs }) =>
      status === 'succeeded' && hasRows(outputs?.nearest, 5) ? null : 'expected the 5 nearest airports',
  },
  {
    file: 'share-price.yml',
    inputs: () => ({ csv: readData('stocks.csv'), symbol: 'TSLA' }),
    check: ({ status, outputs, branch }) =>
      status === 'exception' && branch === 'source' && outputs?.latest === 0 && outputs.symbol === 'unknown'
        ? null
        : 'expected the default values',
  },
  {
    file: 'opening-hours.yml',
    inputs: () => ({ opens_at: Date.now() + closedMs }),
    check: ({ status, attempts }) =>
      status === 'succeeded' && attempts.length >= 2 && attempts.slice(0, -1).every((it) => it.status === 'failed')
        ? null
        : 'expected failed tries and then a success',
  },
  ...['forbidden-python.yml', 'forbidden-javascript.yml'].map((file) => ({
    file,
    inputs: () => ({ secret: secretName }),
    check: ({ status, outputs }: RunRecord) =>
      status === 'succeeded' && outputs?.all_refused === true && hasRows(outputs.acts, 10)
        ? null
        : 'expected that all of 10 acts are refused',
  })),
]

/** A workflow of the demo. */
export const workflowScene = {
  file: 'seattle-trip.yml',
  inputs: () => ({
    weather: readData('seattle-weather.csv'),
    airports: readData('airports.csv'),
    stocks: readData('stocks.csv'),
  }),
  check: ({ status, outputs, nodes }: WorkflowRecord): string | null => {
    const failed = nodes.filter(({ branch }) => branch === 'fail-branch')
    return status === 'partial-succeeded' &&
      failed.length === 1 &&
      hasRows(outputs?.months, 3) &&
      String(outputs?.price).startsWith('No price')
      ? null
      : 'expected that one node fails, that its branch is joined again, and a plan of three months'
  },
} as const

function hasRows(value: unknown, count: number): boolean {
  return Array.isArray(value) && value.length === count
}

function readData(name: string): string {
  return readFileSync(demoData(name), 'utf8')
}
