import { chmodSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { environmentNames } from './environment.ts'
import { checkConfig, readConfig } from './read-config.ts'

const packageRoot = path.resolve(import.meta.dirname, '../..')

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const issuesOf = (settings: unknown, env: Record<string, string> = {}) =>
  checkConfig(settings, env, null).issues.map(({ path: at }) => at)

describe('codenode.yaml', () => {
  test('the environment wins; dify-sandbox names are synonyms', () => {
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
    const whole = (settings: unknown) =>
      checkConfig(settings, {}, { file: '/x/codenode.yaml', origin: 'named' }).issues.map(
        ({ path: at, message }) => `${at} ${message}`,
      )
    expect(whole(['a', 'b'])).toEqual([
      '/x/codenode.yaml is an array (2 items); it must hold settings by name, such as port: 8194.',
    ])
    expect(whole('x')).toEqual([
      '/x/codenode.yaml is the string "x"; it must hold settings by name, such as port: 8194.',
    ])
    expect(issuesOf(null)).toEqual([])
  })

  test('what is wrong in the file names it, and what the environment sets has the name that it has there', () => {
    const file = path.join(folder, 'wrong.yaml')
    writeFileSync(file, 'prot: 1\nwallMs: 5\nlimits: {wallms: 5}\nhistory: {maxRun: 1}\nspares: x\n')
    const env = { CODENODE_TRACES: 'nowhere', CODENODE_CORS_ORIGINS: 'x', CODE_MIN_NUMBER: '9', CODE_MAX_NUMBER: '1' }
    expect(() => readConfig({ file, env: { ...env, CODENODE_SPARE: '1' } })).toThrow(
      [
        'The configuration is wrong.',
        `- ${file}: spares is the string "x"; it must be a number.`,
        `- ${file}: history.maxRun is not a setting. Did you mean maxRuns?`,
        `- ${file}: prot is not a setting. Did you mean port?`,
        `- ${file}: wallMs belongs under limits.`,
        `- ${file}: limits.wallms is not a limit. Did you mean wallMs?`,
        '- CODE_MIN_NUMBER is 9; it must not be above 1, the maxNumber.',
        '- CODENODE_CORS_ORIGINS holds "x"; an origin is a scheme, a host and perhaps a port, such as https://flows.example.org.',
        '- CODENODE_TRACES is "nowhere"; it must be an address such as http://collector:4318/v1/traces.',
        '- CODENODE_SPARE is not a setting and has no effect. Did you mean CODENODE_SPARES?',
      ].join('\n'),
    )
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
    const found = path.join(folder, 'codenode.yaml')
    writeFileSync(found, 'spares: 3\n', { mode: 0o644 })
    const config = readConfig({ env: {}, folder: path.join(folder, 'a/b') })
    expect(config).toMatchObject({ file: found, spares: 3, notices: [`settings are read from ${found}.`] })
    expect(readConfig({ env: { CODENODE_CONFIG: found } })).toMatchObject({ file: found, spares: 3, notices: [] })
    expect(() => readConfig({ env: { CODENODE_CONFIG: 'gone.yaml' }, folder })).toThrow(/gone\.yaml cannot be read/)
  })

  test('names folders only where the file itself is named: a repository can bring one', () => {
    const at = path.join(folder, 'codenode.yaml')
    writeFileSync(at, 'dataDir: data\npackagesDir: packages\n', { mode: 0o644 })
    expect(readConfig({ file: at, env: {} })).toMatchObject({
      dataDir: path.join(folder, 'data'),
      packagesDir: path.join(folder, 'packages'),
    })
    expect(() => readConfig({ env: {}, folder })).toThrow(
      /codenode\.yaml: dataDir counts only.*\n- .*codenode\.yaml: packagesDir counts only in a file that is named/,
    )
    const env = { CODENODE_PACKAGES_DIR: '/p', CODENODE_DATA_DIR: '/d' }
    expect(readConfig({ file: at, env })).toMatchObject({ dataDir: '/d', packagesDir: '/p' })
  })

  test('that is only found and loosens something is told, with what it loosens', () => {
    const noticesOf = (settings: object) =>
      checkConfig(settings, {}, { file: '/x/codenode.yaml', origin: 'found' }).config.notices
    const loosened = (what: string) => [
      `/x/codenode.yaml, found from the working folder upwards, loosens ${what}. If that is not meant, name another file: --config or CODENODE_CONFIG.`,
    ]
    expect(noticesOf({ isolation: 'landlock+seccomp' })).toEqual(loosened('isolation: landlock+seccomp'))
    expect(noticesOf({ limits: { memoryMb: 1024, wallMs: 1000, minNumber: -(2n ** 70n) } })).toEqual(
      loosened('limits.memoryMb: 1024, limits.minNumber: -1180591620717411303424'),
    )
    expect(noticesOf({ host: '0.0.0.0', apiKeys: ['k'.repeat(16)], corsOrigins: ['https://x.example'] })).toEqual(
      loosened('host: 0.0.0.0, apiKeys, corsOrigins'),
    )
    const stricter = { isolation: 'namespaces+landlock+seccomp', limits: { wallMs: 100 }, host: '127.0.0.1', spares: 1 }
    expect(noticesOf(stricter)).toEqual(['settings are read from /x/codenode.yaml.'])
  })

  test.each<[string, (at: string) => void]>([
    ['the file', (at) => chmodSync(at, 0o666)],
    ['its folder', (at) => chmodSync(path.dirname(at), 0o777)],
    [
      'what it links to',
      (at) => {
        renameSync(at, `${at}.real`)
        symlinkSync(`${at}.real`, at)
        chmodSync(`${at}.real`, 0o666)
      },
    ],
  ])('that others can write (%s) stops the start, unless it is named', (_, open) => {
    const own = mkdtempSync(path.join(folder, 'open-'))
    const at = path.join(own, 'codenode.yaml')
    writeFileSync(at, 'spares: 3\n', { mode: 0o644 })
    open(at)
    expect(() => readConfig({ env: {}, folder: own })).toThrow(
      /not obeyed: .* can be written by every user.*--config or CODENODE_CONFIG/,
    )
    expect(readConfig({ env: { CODENODE_CONFIG: at } }).spares).toBe(3)
  })

  test('broken YAML is told with its place', () => {
    const file = path.join(folder, 'broken.yaml')
    writeFileSync(file, 'spares: [1\n')
    expect(() => readConfig({ file, env: {} })).toThrow(/broken\.yaml, line \d+, column \d+/)
  })
})

describe('API keys', () => {
  const long = 'k'.repeat(16)
  const read = (settings: object, env: Record<string, string>) => {
    const { config, issues } = checkConfig(settings, env, null)
    return issues.length > 0 ? issues.map(({ path: at, message }) => `${at} ${message}`) : config.service.apiKeys
  }

  test('have at least 16 characters, wherever they are named; the key itself is not told', () => {
    expect(read({}, { CODENODE_API_KEYS: `${long}, ${long}2` })).toEqual([long, `${long}2`])
    expect(read({ apiKeys: [long] }, {})).toEqual([long])
    expect(read({}, { API_KEY: long })).toEqual([long])
    expect(read({ apiKeys: ['short-secret'] }, {})).toEqual([
      'apiKeys holds a key of 12 characters; a key has at least 16 (openssl rand -hex 32 makes one).',
    ])
    expect(read({}, { CODENODE_API_KEYS: `a,${long},b` })).toHaveLength(2)
    expect(read({}, { API_KEY: 'k' })).toEqual([
      'API_KEY holds a key of 1 characters; a key has at least 16 (openssl rand -hex 32 makes one). Give Dify the same one: SANDBOX_API_KEY and CODE_EXECUTION_API_KEY.',
    ])
    // What another name takes the place of does not count.
    expect(read({ apiKeys: ['k'] }, { CODENODE_API_KEYS: long })).toEqual([long])
    // In a file, as orchestrators hand secrets over.
    const file = path.join(folder, 'api-keys')
    const [one, two] = ['1'.repeat(16), '2'.repeat(16)]
    writeFileSync(file, `${one}\n${two}\n`)
    expect(read({ apiKeys: [long] }, { CODENODE_API_KEYS_FILE: file })).toEqual([one, two])
    expect(read({}, { CODENODE_API_KEYS_FILE: file, CODENODE_API_KEYS: long })).toEqual([
      'CODENODE_API_KEYS_FILE is set, and so is CODENODE_API_KEYS; only one of them can be.',
    ])
    expect(read({}, { CODENODE_API_KEYS_FILE: `${file}-none` })).toEqual([
      `CODENODE_API_KEYS_FILE is ${file}-none, which cannot be read (ENOENT).`,
    ])
    expect(checkConfig({}, { CODENODE_METRICS_KEY_FILE: file }, null).config.notices).toEqual([])
  })

  test("Dify's own default is let through under Dify's own name alone, and that is told", () => {
    const { config, issues } = checkConfig({}, { API_KEY: 'dify-sandbox' }, null)
    expect({ issues, keys: config.service.apiKeys }).toEqual({ issues: [], keys: ['dify-sandbox'] })
    expect(config.notices).toEqual([expect.stringContaining('which everybody knows') as unknown])
    expect(read({}, { CODENODE_API_KEYS: 'dify-sandbox' })).toHaveLength(1)
    expect(read({ apiKeys: ['dify-sandbox'] }, {})).toHaveLength(1)
    expect(read({}, { API_KEY: 'dify-sandbox,k' })).toHaveLength(1)
  })
})

describe('names of the environment', () => {
  const noticesOf = (env: Record<string, string>) => checkConfig({}, env, null).config.notices

  test('that are spelled wrong are told with the one that is meant, without their values', () => {
    expect(noticesOf({ CODENODE_API_KEY: 'secret', CODENODE_WALLMS: '1', CODENODE_MEMORY: '2' })).toEqual([
      'CODENODE_API_KEY is not a setting and has no effect. Did you mean CODENODE_API_KEYS?',
      'CODENODE_WALLMS is not a setting and has no effect. Did you mean CODENODE_WALL_MS?',
      'CODENODE_MEMORY is not a setting and has no effect. Did you mean CODENODE_MEMORY_MB?',
    ])
    expect(noticesOf({ CODENODE_DIR: '/x', CODENODE_SERVICE_ADDRESS: 'y', PATH: '/bin' })).toEqual([
      'not a setting, and without effect: CODENODE_DIR, CODENODE_SERVICE_ADDRESS.',
    ])
  })

  test('that are read anywhere are known', () => {
    const files = globSync('{src,bin}/**/*.{ts,js}', { cwd: packageRoot }).filter((file) => !file.endsWith('.test.ts'))
    const read = files.flatMap(
      (file) => readFileSync(path.join(packageRoot, file), 'utf8').match(/\bCODENODE_\w+/g) ?? [],
    )
    // The doctor and the demo set these for a moment, to see that no run has them.
    const known = new Set([...environmentNames, 'CODENODE_DOCTOR_CANARY', 'CODENODE_DEMO_SECRET'])
    expect([...new Set(read)].filter((name) => !known.has(name))).toEqual([])
  })
})
