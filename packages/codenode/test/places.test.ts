/** Data and packages have places of their own: a new data folder finds the packages, and a start without them says so. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findPlaces } from '../src/places/find-places.ts'
import { startService } from './support/service.ts'

const bin = path.resolve(import.meta.dirname, '../bin/codenode.js')
const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-places-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
writeFileSync(path.join(scratch, 'a.py'), 'def main():\n    return {"a": 1}\n')

const missing =
  /no Python and JavaScript packages are in .*none.* packages install --packages-dir .*none.*CODENODE_PACKAGES_DIR/
const none = path.join(scratch, 'none')
mkdirSync(none)
const makeDataDir = () => mkdtempSync(path.join(scratch, 'data-'))

function codenode(args: string[], env: Record<string, string> = {}, input = '') {
  const all = { PATH: process.env.PATH, HOME: scratch, CODENODE_DATA_DIR: makeDataDir(), ...env }
  return spawnSync(process.execPath, [bin, ...args], { cwd: scratch, env: all, encoding: 'utf8', input })
}

async function countPackages(address: string): Promise<number[]> {
  const listing = (await (await fetch(`${address}/v1/packages`)).json()) as Record<string, unknown[]>
  return [listing.python?.length ?? 0, listing.javascript?.length ?? 0]
}

describe('a service', () => {
  test('with a new data folder has the packages of the installation', async () => {
    const service = await startService({ dataDir: makeDataDir() })
    try {
      for (const count of await countPackages(service.address)) expect(count).toBeGreaterThan(10)
      expect(service.printed()).not.toContain('packages are in')
    } finally {
      await service.close()
    }
  })

  test('without packages says so in its log, once, and serves', async () => {
    const service = await startService({ dataDir: makeDataDir(), env: { CODENODE_PACKAGES_DIR: none } })
    try {
      expect(await countPackages(service.address)).toEqual([0, 0])
      const lines = service.printed().split('\n')
      const told = lines.filter((line) => missing.test(line))
      expect(told.map((line) => (JSON.parse(line) as { level: number }).level)).toEqual([40])
    } finally {
      await service.close()
    }
  })

  test("with Dify's default key tells in its log that everybody knows it", async () => {
    const service = await startService({ dataDir: makeDataDir(), env: { API_KEY: 'dify-sandbox' } })
    try {
      expect(service.printed()).toMatch(/"level":40.*API_KEY is dify-sandbox, which everybody knows/)
    } finally {
      await service.close()
    }
  })

  test.each([
    ['CODENODE_API_KEYS', /CODENODE_API_KEYS holds a key of 9 characters; a key has at least 16/],
    ['API_KEY', /API_KEY holds a key of 9 characters.*SANDBOX_API_KEY and CODE_EXECUTION_API_KEY/],
  ])('with a short key in %s does not start, and does not tell the key', (name, message) => {
    const { status, stdout, stderr } = codenode(['serve', '--port', '0'], { [name]: 'short-key' })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('short-key')
  })
})

describe('without packages', () => {
  const env = { CODENODE_PACKAGES_DIR: none }

  test('codenode run says so once, before the result', () => {
    const { status, stderr } = codenode(['run', 'a.py'], env)
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /^codenode: no Python packages are in .*none, so code can import the standard library alone\./,
    )
    expect(stderr.match(/packages are in/g)).toHaveLength(1)
  })

  test('codenode packages and codenode doctor name the command', () => {
    expect(codenode(['packages'], env).stdout).toMatch(
      /\nSome packages are missing in .*none: .* packages install --packages-dir \S*none/,
    )
    const { stdout } = codenode(['doctor', '--json'], env)
    const { checks } = JSON.parse(stdout) as { checks: { name: string; fix: string | null }[] }
    const fixes = checks.filter(({ name }) => name === 'interpreter').map(({ fix }) => fix)
    expect(fixes).toEqual(
      [0, 1].map(
        () => expect.stringMatching(/packages install --packages-dir \S*none.*CODENODE_PACKAGES_DIR/) as string,
      ),
    )
  }, 180_000)

  test('codenode mcp says so on the standard error', () => {
    const { status, stdout, stderr } = codenode(['mcp'], env)
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' })
    expect(stderr).toMatch(missing)
  })
})

describe('options', () => {
  test('name both folders, and go before the environment', () => {
    const dataDir = path.join(scratch, 'named-data')
    const args = ['run', 'a.py', '--data-dir', 'named-data', '--packages-dir', findPlaces().packagesDir]
    const { status, stderr } = codenode(args, { CODENODE_PACKAGES_DIR: none })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(existsSync(dataDir)).toBe(false) // made for the socket, and gone with it
    expect(codenode(['packages', '--packages-dir', none]).stdout).toContain('Some packages are missing')
  })

  test.each([['run', 'a.py'], ['serve', '--port', '0'], ['packages'], ['doctor'], ['mcp']])(
    'that name packages which are not there stop %s, with the command that installs them',
    (...args) => {
      const typo = path.join(scratch, 'ty po')
      const { status, stdout, stderr } = codenode([...args, '--packages-dir', typo])
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toContain(`packagesDir is ${typo}, which is no folder.`)
      expect(stderr).toContain(`packages install --packages-dir '${typo}'`)
    },
  )

  // Nobody can make a folder in /sys and below /proc, whoever asks.
  test.each([
    ['/sys/of-codenode', 'where this user cannot write', ['serve', '--port', '0']],
    ['/proc/of-codenode', 'where no folder can be made', ['serve', '--port', '0']],
    ['/proc/of-codenode', 'where no folder can be made', ['doctor']],
    [path.join(scratch, 'a.py'), 'which is not a folder, or lies below what is none', ['run', 'a.py']],
  ])('that name a data folder which cannot be made end with 2: %s, %s, %j', (dataDir, why, args) => {
    const { status, stderr } = codenode([...args, '--data-dir', dataDir])
    expect(status).toBe(2)
    expect(stderr).toContain(`dataDir is ${dataDir}, ${why}; name another: --data-dir or CODENODE_DATA_DIR.\n`)
  })

  test('say where to install; what is there already stays', () => {
    const packages = mkdtempSync(path.join(scratch, 'packages-'))
    for (const name of ['python', 'javascript']) {
      symlinkSync(path.join(findPlaces().packagesDir, name), path.join(packages, name))
    }
    const { status, stderr } = codenode(['packages', 'install', '--packages-dir', packages])
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'All packages are already installed.\n' })
    expect(readdirSync(packages).toSorted()).toEqual([
      'extra-javascript.txt',
      'extra-python.txt',
      'import-times.json',
      'javascript',
      'python',
    ])
  })

  test('a place where nothing can be written is told', () => {
    const { status, stderr } = codenode(['packages', 'install', '--packages-dir', '/dev/null/none'])
    expect(status).toBe(2)
    expect(stderr).toMatch(
      /packagesDir is \/dev\/null\/none, which this user cannot write.*--packages-dir or CODENODE_PACKAGES_DIR/,
    )
  })
})
