import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkConfig, readConfig } from './read-config.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const issuesOf = (settings: unknown, env: Record<string, string> = {}) =>
  checkConfig(settings, env, null).issues.map(({ path: at }) => at)

describe('codenode.yaml', () => {
  test('SPEC §7: the environment wins; dify-sandbox names are synonyms', () => {
    const settings = { spares: 1, maxRunning: 2, maxWaiting: 3, isolation: 'landlock+seccomp', limits: { wallMs: 100 } }
    const env = { CODENODE_SPARES: '5', MAX_WORKERS: '6', WORKER_TIMEOUT: '2', CODENODE_DATA_DIR: '/data' }
    expect(checkConfig(settings, env, null)).toMatchObject({
      issues: [],
      config: {
        ...{ spares: 5, maxRunning: 6, maxWaiting: 3, isolation: 'landlock+seccomp', dataDir: '/data' },
        limits: { wallMs: 2000 },
      },
    })
  })

  test('the time of a workflow is in milliseconds, or in seconds under the name that Dify gives it', () => {
    const read = (settings: object, env: Record<string, string>) => {
      const { config, issues } = checkConfig(settings, env, null)
      return issues.length > 0 ? issues.map(({ path: at }) => at) : config.workflowMs
    }
    expect(read({}, {})).toBe(1_200_000)
    expect(read({ workflowMs: 5000 }, {})).toBe(5000)
    expect(read({ workflowMs: 5000 }, { WORKFLOW_MAX_EXECUTION_TIME: '60' })).toBe(60_000)
    expect(read({}, { WORKFLOW_MAX_EXECUTION_TIME: '60', CODENODE_WORKFLOW_MS: '70' })).toBe(70)
    expect(read({ workflowMs: 0 }, {})).toEqual(['workflowMs'])
    expect(read({}, { WORKFLOW_MAX_EXECUTION_TIME: '1h' })).toEqual(['WORKFLOW_MAX_EXECUTION_TIME'])
    expect(read({}, { CODENODE_WORKFLOW_MS: '86400001' })).toEqual(['CODENODE_WORKFLOW_MS'])
  })

  test('when interpreters are replaced is set by runs and by hours, each with a default of its own', () => {
    const read = (settings: object, env: Record<string, string>) => {
      const { config, issues } = checkConfig(settings, env, null)
      return issues.length > 0 ? issues.map(({ path: at }) => at) : config.renewal
    }
    expect(read({}, {})).toEqual({})
    expect(read({ renewal: { runs: 500 } }, {})).toEqual({ runs: 500 })
    expect(read({ renewal: { runs: 500, hours: 1 } }, { CODENODE_RENEWAL_RUNS: '7' })).toEqual({ runs: 7, hours: 1 })
    expect(read({}, { CODENODE_RENEWAL_HOURS: '24' })).toEqual({ hours: 24 })
    expect(read({ renewal: { runs: 0, days: 1 } }, {})).toEqual(['renewal.runs', 'renewal.days'])
    expect(read({}, { CODENODE_RENEWAL_RUNS: 'never' })).toEqual(['CODENODE_RENEWAL_RUNS'])
  })

  test('everything wrong is listed, in the file and in the environment', () => {
    expect(
      issuesOf(
        { spares: -1, isolation: 'none', limits: { nope: 1 }, packages: { python: ['-r x'], ruby: [] }, typo: 1 },
        { MAX_REQUESTS: 'many', CODENODE_WALL_MS: '0' },
      ).sort(),
    ).toEqual(
      [
        'CODENODE_WALL_MS',
        'MAX_REQUESTS',
        'isolation',
        'limits.nope',
        'packages.python[0]',
        'packages.ruby',
        'spares',
        'typo',
      ].sort(),
    )
  })

  test('a file that is no object is refused', () => {
    expect(issuesOf([])).toHaveLength(1)
    expect(issuesOf('x')).toHaveLength(1)
    expect(issuesOf(null)).toEqual([])
  })

  const packages: [ok: boolean, python: string[], javascript: string[]][] = [
    [
      true,
      ['polars==1.2.0', 'polars', 'polars[all] >=1,<2', 'a_b.c~=2.1'],
      ['left-pad@1', 'left-pad', '@scope/name@^2.1', 'x@>=1 <2'],
    ],
    [false, ['--index-url=http://x', './local', 'x @ http://y', 'git+ssh://x', 'a;b', 'a\nb', ''], []],
    [false, [], ['--global', 'file:../x', 'git+ssh://x', 'a/b', '../x', 'a@http://x', 'a\nb', '']],
  ]
  test.each(packages)('packages are names with versions, nothing else (%s)', (ok, python, javascript) => {
    for (const one of python) expect(issuesOf({ packages: { python: [one] } }), one).toHaveLength(ok ? 0 : 1)
    for (const one of javascript) expect(issuesOf({ packages: { javascript: [one] } }), one).toHaveLength(ok ? 0 : 1)
  })

  test('is found upwards from the working folder, or where CODENODE_CONFIG says; a named one must exist', () => {
    writeFileSync(path.join(folder, 'codenode.yaml'), 'dataDir: data\n')
    expect(readConfig({ env: {}, folder: path.join(folder, 'a/b') })).toMatchObject({
      file: path.join(folder, 'codenode.yaml'),
      dataDir: path.join(folder, 'data'),
    })
    expect(() => readConfig({ env: { CODENODE_CONFIG: 'gone.yaml' }, folder })).toThrow(/gone\.yaml cannot be read/)
  })

  test('broken YAML is told with its place', () => {
    const file = path.join(folder, 'broken.yaml')
    writeFileSync(file, 'spares: [1\n')
    expect(() => readConfig({ file, env: {} })).toThrow(/broken\.yaml, line \d+, column \d+/)
  })
})
