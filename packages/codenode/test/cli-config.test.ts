import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { flatSettings } from '../src/config/flat-settings.ts'
import { programNames } from '../src/config/settings.ts'
import { limitNames } from '../src/contract/limits.ts'

const bin = fileURLToPath(new URL('../bin/codenode.js', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'codenode-cli-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const at = path.join(folder, name)
  writeFileSync(at, text, { mode: 0o644 })
  return at
}

function codenode(args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, CODENODE_DATA_DIR: folder, ...env },
  })
  return { exitCode: status, stdout, stderr }
}

/** The columns of a printed setting: name, value, where it comes from. */
const rowOf = (stdout: string, name: string) =>
  stdout
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
    .find(([first]) => first === name)

const keys = ['first-key-of-a-service', 'second-key-of-a-service']

describe('codenode config', () => {
  test('prints every setting in force with its value and where that comes from', () => {
    const config = file(
      'shown.yaml',
      `spares: 3\napiKeys: [${keys.join(', ')}]\ntraces: http://user:pass@collector:4318/v1/traces?token=t\nlimits: {threads: 5}\n`,
    )
    const env = { CODENODE_PORT: '80', WORKER_TIMEOUT: '2' }
    const { exitCode, stdout, stderr } = codenode(['config', '--config', config, '--data-dir', 'data'], env)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(new RegExp(`^File {2}${config}\n\nPlaces\n`))
    const rows = [
      ['dataDir', path.join(folder, 'data'), '--data-dir'],
      ['spares', '3', config],
      ['maxWaiting', '1000', 'default'],
      ['port', '80', 'CODENODE_PORT'],
      ['apiKeys', '2 keys', config],
      ['traces', 'http://…@collector:4318/v1/traces?…', config],
      ['limits.wallMs', '2000', 'WORKER_TIMEOUT'],
      ['limits.threads', '5', config],
      ['limits.maxNumber', '9223372036854775807', 'default'],
      ['CODENODE_BWRAP', 'bwrap', 'default'],
    ]
    expect(rows.map(([name = '']) => rowOf(stdout, name))).toEqual(rows)
    const names = [
      ...flatSettings.map((flat) => flat.path),
      ...limitNames.map((name) => `limits.${name}`),
      ...programNames,
    ]
    expect(names.filter((name) => rowOf(stdout, name) === undefined)).toEqual([])
  })

  test('--json prints the same for machines, numbers with all their digits', () => {
    const config = file('json.yaml', `metricsKey: ${keys[0]}\nlimits: {minNumber: -36893488147419103232}\n`)
    const { exitCode, stdout } = codenode(['config', '--json'], {
      CODENODE_CONFIG: config,
      CODENODE_API_KEYS: keys.join(','),
    })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('"value":-36893488147419103232,')
    const printed = JSON.parse(stdout) as { file: string; settings: { name: string }[]; notices: string[] }
    const find = (name: string) => printed.settings.find((it) => it.name === name)
    expect({ file: printed.file, notices: printed.notices }).toEqual({ file: config, notices: [] })
    expect(find('dataDir')).toEqual({
      name: 'dataDir',
      group: 'Places',
      value: folder,
      origin: { from: 'environment', name: 'CODENODE_DATA_DIR' },
    })
    expect(find('apiKeys')).toMatchObject({ value: '2 keys', origin: { name: 'CODENODE_API_KEYS' } })
    expect(find('metricsKey')).toMatchObject({ value: '1 key', origin: { from: 'file', file: config } })
    expect(find('traces')).toMatchObject({ value: null, origin: { from: 'default' } })
  })

  test('never shows a secret', () => {
    const config = file(
      'secret.yaml',
      `apiKeys: [${keys.join(', ')}]\nmetricsKey: metrics-key-of-it\ntraces: http://u:metrics-key-of-it@h/\n`,
    )
    const all = ['config', '--config', config]
    const printed = [codenode(all), codenode([...all, '--json']), codenode(['config'], { API_KEY: keys[0] as string })]
    for (const { exitCode, stdout, stderr } of printed) {
      expect(exitCode).toBe(0)
      for (const secret of [...keys, 'metrics-key-of-it']) expect(stdout + stderr).not.toContain(secret)
    }
  })

  test('a wrong configuration is told with all that is wrong, and ends with 2', () => {
    const config = file('wrong.yaml', `spares: x\nprot: 1\napiKeys: ${keys[0]}\n`)
    const { exitCode, stdout, stderr } = codenode(['config', '--config', config], { CODENODE_PORT: '-1' })
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toBe(
      [
        'codenode: The configuration is wrong.',
        `- ${config}: spares is the string "x"; it must be a number.`,
        `- ${config}: apiKeys must be a list of keys, each of at least 16 characters.`,
        `- ${config}: prot is not a setting. Did you mean port?`,
        '- CODENODE_PORT is "-1"; it must be a whole number from 0 to 65535.',
        '  Fix the listed issues.\n',
      ].join('\n'),
    )
    const inJson = codenode(['config', '--config', config, '--json'])
    expect(inJson.exitCode).toBe(2)
    expect(JSON.parse(inJson.stdout)).toMatchObject({ error: { code: 'configuration_invalid', exitCode: 2 } })
  })

  test('a file that is only found is named on the standard error', () => {
    const config = file('codenode.yaml', 'port: 81\n')
    const { exitCode, stdout, stderr } = codenode(['config'])
    rmSync(config)
    expect({ exitCode, row: rowOf(stdout, 'port') }).toEqual({ exitCode: 0, row: ['port', '81', config] })
    expect(stderr).toBe(`codenode: settings are read from ${config}.\n`)
  })
})
