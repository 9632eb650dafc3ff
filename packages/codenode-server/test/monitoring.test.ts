/** The dashboard and the alerts of deploy/monitoring ask for series that a service under mixed load really has. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startService, type TestService } from '../../codenode/test/support/service.ts'
import { choosing } from '../../codenode/test/support/workflows.ts'
import { node } from './support/http-door.ts'
import { findTool } from './support/test-tools.ts'

const folder = path.resolve(import.meta.dirname, '../../../deploy/monitoring')
const metricsKey = 'a-key-for-the-metrics'
const apiKey = 'a-key-of-sixteen-characters'

type Sample = { name: string; labels: string[] }
let samples: Sample[]
let service: TestService

beforeAll(async () => {
  const env = { CODENODE_API_KEYS: apiKey, CODENODE_METRICS_KEY: metricsKey, CODENODE_MAX_RUNS_PER_KEY: '2' }
  service = await startService({ env })
  const post = async (route: string, body: object) =>
    await fetch(service.address + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': apiKey },
      body: JSON.stringify(body),
    })
  const slow = { node: node('import time\ndef main():\n    time.sleep(0.3)\n    return {}\n') }
  await post('/v1/nodes/run', { node: node('def main():\n    return 1 / 0\n') })
  await post('/v1/workflows/run', { workflow: choosing, inputs: { n: 1 } })
  await post('/v1/sandbox/run', { language: 'python3', code: 'print(1)' })
  await Promise.all(Array.from({ length: 4 }, () => post('/v1/nodes/run', slow)))
  const metrics = await fetch(`${service.address}/metrics`, { headers: { 'x-api-key': metricsKey } })
  samples = [...(await metrics.text()).matchAll(/^(\w+)(?:\{(.*)\})? /gm)].map(([, name = '', labels = '']) => ({
    name,
    labels: [...labels.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
  }))
})
afterAll(() => service?.close())

/** What Prometheus adds to each series. */
const added = ['job', 'instance']

/** The series of an expression, with the labels that it asks for by name. */
function seriesOf(expression: string): Sample[] {
  const ungrouped = expression.replace(/\bby \([^)]*\)/g, '')
  return [...ungrouped.matchAll(/\b((?:codenode|process|nodejs|http)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', selector = '']) => ({
      name,
      labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].flatMap(([, label = '']) =>
        added.includes(label) ? [] : [label],
      ),
    }),
  )
}

/** The labels by which an expression groups. */
function groupsOf(expression: string): string[] {
  const groups = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/))
  return groups.filter((label) => !added.includes(label))
}

function missingIn(expression: string): string[] {
  return seriesOf(expression).flatMap(({ name, labels }) => {
    const wanted = [...labels, ...groupsOf(expression)]
    const has = samples.some((sample) => sample.name === name && wanted.every((label) => sample.labels.includes(label)))
    return has ? [] : [`${name}{${wanted.join(', ')}}`]
  })
}

describe('deploy/monitoring', () => {
  test('every query of the dashboard finds its series', () => {
    const text = readFileSync(path.join(folder, 'dashboard.json'), 'utf8')
    const { panels } = JSON.parse(text) as { panels: { title: string; targets: { expr: string }[] }[] }
    const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
    expect(queries.length).toBeGreaterThan(20)
    expect(queries.flatMap(missingIn)).toEqual([])
  })

  test('every alert finds its series', () => {
    const { groups } = parse(readFileSync(path.join(folder, 'alerts.yaml'), 'utf8')) as {
      groups: { rules: { alert: string; expr: string }[] }[]
    }
    const rules = groups.flatMap((group) => group.rules)
    expect(rules.length).toBeGreaterThan(8)
    expect(rules.flatMap(({ expr }) => missingIn(expr))).toEqual([])
  })

  const promtool = findTool('usr/bin/promtool')
  test.skipIf(!promtool)('promtool finds the alerts right, and fires those that should', () => {
    const { status, stdout, stderr } = spawnSync(promtool ?? '', ['test', 'rules', 'alerts.test.yaml'], {
      cwd: folder,
      encoding: 'utf8',
    })
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' })
  })
})
