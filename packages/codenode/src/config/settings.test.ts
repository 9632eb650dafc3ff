import { describe, expect, test } from 'vitest'
import { limitTable } from '../contract/limits.ts'
import { sandboxOptionsSchema } from '../pool/options/sandbox-options.ts'
import { flatSettings } from './flat-settings.ts'
import { checkConfig } from './read-config.ts'

const file = '/etc/codenode.yaml'
const read = (settings: object, env: Record<string, string> = {}) =>
  checkConfig(settings, env, { file, origin: 'named' }, 2)
const find = (wanted: string) => flatSettings.find(({ path }) => path === wanted) ?? expect.fail(`no ${wanted}`)

/** `history.maxRuns`, 5: `{history: {maxRuns: 5}}`. */
const nest = (path: string, value: unknown): object =>
  path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object

const numbers = flatSettings.flatMap((flat) => {
  const [, least, most] = /^a whole number from (\d+) to (\d+)$/.exec(flat.setting.kind.allowed) ?? []
  return most === undefined ? [] : [{ ...flat, least: Number(least), most: Number(most) }]
})

describe('the table of settings', () => {
  test('has each path and each variable once, and a sentence for each', () => {
    const paths = flatSettings.map(({ path }) => path)
    const limits = Object.values(limitTable).flatMap(({ env }) => env.map(({ name }) => name))
    const variables = [...flatSettings.flatMap(({ setting }) => setting.env.map(({ name }) => name)), ...limits]
    expect(new Set(paths).size).toBe(paths.length)
    expect(new Set(variables).size).toBe(variables.length)
    expect(flatSettings.filter(({ setting }) => !/^[A-Z].*\.$/.test(setting.summary))).toEqual([])
  })

  test.each(numbers)(
    '$path has the same bounds in the file and in the environment',
    ({ path, setting, least, most }) => {
      for (const [value, isAllowed] of [
        [least - 1, false],
        [least, true],
        [most, true],
        [most + 1, false],
      ] as const) {
        const issues = isAllowed ? 0 : 1
        expect(read(nest(path, value)).issues, `${path}: ${value}`).toHaveLength(issues)
        for (const { name, unit } of setting.env) {
          if (unit === 'seconds') continue
          expect(read({}, { [name]: String(value) }).issues, `${name}=${value}`).toHaveLength(issues)
        }
      }
    },
  )

  test.each(flatSettings)('the default of $path can be written into the file', ({ path, setting }) => {
    const value = setting.defaultOf(2)
    if (value === undefined) return
    const { config, issues } = read(nest(path, value))
    expect({ issues, value: config.readings.get(path)?.value }).toEqual({ issues: [], value })
  })

  test('agrees with what a sandbox takes by itself', () => {
    const options = sandboxOptionsSchema.parse({})
    const { config } = read({})
    expect(config).toMatchObject({
      isolation: options.isolation,
      bigIntegers: options.bigIntegers,
      maxWaiting: options.maxWaiting,
    })
    expect(find('renewal.runs').setting.inForce?.(2)).toBe(options.renewal.runs)
    expect(find('renewal.hours').setting.inForce?.(2)).toBe(options.renewal.hours)
    for (const { path, least, most } of numbers) {
      if (!['spares', 'hosts', 'maxRunning', 'renewal.runs'].includes(path)) continue
      const accepts = (value: number) => sandboxOptionsSchema.safeParse(nest(path, value)).success
      expect([least - 1, least, most, most + 1].map(accepts), path).toEqual([false, true, true, false])
    }
  })
})

describe('what is in force', () => {
  test('tells where it comes from', () => {
    const env = {
      CODENODE_PORT: '80',
      WORKER_TIMEOUT: '2',
      TZ: 'Asia/Tokyo',
      CODENODE_PYTHON: '/p',
      CODENODE_SPARES: ' ',
    }
    const { config, issues } = read({ spares: 3, history: { maxMb: 7 }, limits: { threads: 5 } }, env)
    const of = (path: string) => config.readings.get(path)
    expect(issues).toEqual([])
    expect(of('port')).toEqual({ value: 80, origin: { from: 'environment', name: 'CODENODE_PORT' } })
    expect(of('spares')).toEqual({ value: 3, origin: { from: 'file', file } })
    expect(of('history.maxMb')).toEqual({ value: 7, origin: { from: 'file', file } })
    expect(of('history.maxRuns')).toEqual({ value: 10_000, origin: { from: 'default' } })
    expect(of('limits.wallMs')).toEqual({ value: 2000, origin: { from: 'environment', name: 'WORKER_TIMEOUT' } })
    expect(of('limits.threads')).toEqual({ value: 5, origin: { from: 'file', file } })
    expect(of('limits.memoryMb')).toEqual({ value: 512, origin: { from: 'default' } })
    expect(of('timeZone')).toEqual({ value: 'Asia/Tokyo', origin: { from: 'environment', name: 'TZ' } })
    expect(of('CODENODE_PYTHON')).toEqual({ value: '/p', origin: { from: 'environment', name: 'CODENODE_PYTHON' } })
  })

  test('follows the cores where it is not set', () => {
    expect([1, 2, 16].map((cores) => checkConfig({}, {}, null, cores).config.maxRunning)).toEqual([4, 4, 32])
  })

  test('local time: CODENODE_TZ, else the file, else TZ if it is the name of a zone', () => {
    const zoneOf = (settings: object, env: Record<string, string>) => read(settings, env).config.timeZone
    expect(zoneOf({ timeZone: 'asia/tokyo' }, { CODENODE_TZ: 'Europe/Berlin', TZ: 'UTC' })).toBe('Europe/Berlin')
    expect(zoneOf({ timeZone: 'asia/tokyo' }, { TZ: 'Europe/Berlin' })).toBe('Asia/Tokyo')
    expect(zoneOf({}, { TZ: ':Europe/Berlin' })).toBe('Europe/Berlin')
    const { config, issues } = read({}, { TZ: 'CST-8' })
    expect({ issues, zone: config.timeZone, notices: config.notices }).toEqual({
      issues: [],
      zone: 'UTC',
      notices: [
        expect.stringMatching(/^TZ is "CST-8"; .* Code runs in UTC; CODENODE_TZ names another zone/) as unknown,
      ],
    })
    expect(read({ timeZone: 'Mars' }).issues).toEqual([
      {
        path: `${file}: timeZone`,
        message: 'is "Mars"; it must be the name of a time zone such as Asia/Shanghai, Europe/Berlin or UTC.',
      },
    ])
  })

  test('runs can be kept for less than a day', () => {
    expect(read({ history: { maxAgeDays: 0.5 } }).config.service.history.maxAgeDays).toBe(0.5)
    expect(read({}, { CODENODE_HISTORY_MAX_AGE_DAYS: '0.5' }).config.service.history.maxAgeDays).toBe(0.5)
    expect(read({}, { CODENODE_HISTORY_MAX_AGE_DAYS: '0' }).issues).toHaveLength(1)
  })

  test('null is a value where it is the default, and a block without settings is none', () => {
    const empty = { history: null, renewal: null, packages: null, limits: null }
    expect(read({ ...empty, metricsKey: null, maxRunsPerKey: null, traces: null }).issues).toEqual([])
    expect(read({ port: null, history: 5 }).issues).toEqual([
      { path: `${file}: port`, message: 'is null; it must be a number.' },
      { path: `${file}: history`, message: 'is the number 5; it must be an object.' },
    ])
  })

  test('a key is not told, whatever is wrong with it', () => {
    const { issues } = read({ apiKeys: 'a-secret-of-mine', metricsKey: ['a-secret-of-mine'] })
    expect(issues).toEqual([
      { path: `${file}: apiKeys`, message: 'must be a list of keys, each of at least 16 characters.' },
      { path: `${file}: metricsKey`, message: 'must be a key of at least 16 characters.' },
    ])
    expect(JSON.stringify(read({ apiKeys: ['a-secret'], metricsKey: 'a-secret' }).issues)).not.toContain('a-secret')
  })

  test('one wrong value does not hide what is wrong with others', () => {
    const found = checkConfig({ spares: 'x', dataDir: 'd', apiKeys: ['k'] }, {}, { file, origin: 'found' }, 2)
    expect(found.issues.map(({ path }) => path)).toEqual(['spares', 'dataDir', 'apiKeys'].map((it) => `${file}: ${it}`))
  })
})
