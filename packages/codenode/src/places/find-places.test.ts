import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { CodenodeError } from '../contract/error.ts'
import { refuseUnsafe } from './find-packages.ts'
import { findPlaces } from './find-places.ts'
import { installation } from './installation.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-places-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const ownPackages = path.join(installation.ownFolder, 'packages')
const makeFolder = (...inside: string[]) => {
  const folder = mkdtempSync(path.join(scratch, 'case-'))
  for (const name of inside) mkdirSync(path.join(folder, name), { recursive: true, mode: 0o755 })
  return folder
}
const find = (folder: string, env: Record<string, string> = {}, named = {}) => findPlaces(named, { env, folder })

function refusalOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof CodenodeError && error.code === 'configuration_invalid') return error.message
    throw error
  }
  throw new Error('it was not refused')
}

describe('the data folder', () => {
  test('is what is named, by whomever it can be written', () => {
    const folder = makeFolder('named', '.codenode')
    chmodSync(path.join(folder, 'named'), 0o777)
    const named = path.join(folder, 'named')
    expect(find(folder, { CODENODE_DATA_DIR: named })).toMatchObject({ dataDir: named, notices: [] })
    expect(find(folder, { CODENODE_DATA_DIR: '/else' }, { dataDir: named })).toMatchObject({
      dataDir: named,
      notices: [],
    })
  })

  test('is the nearest that is found, and that is told', () => {
    const folder = makeFolder('.codenode/packages/python', 'a/b')
    const { dataDir, packagesDir, notices } = find(path.join(folder, 'a/b'))
    expect({ dataDir, packagesDir }).toEqual({ dataDir: path.join(folder, '.codenode'), packagesDir: ownPackages })
    expect(notices).toEqual([
      `the data in ${dataDir} is used, which was found from the working folder upwards. Its packages are not: CODENODE_PACKAGES_DIR names them.`,
    ])
  })

  test.each<[string, (found: string) => void, RegExp]>([
    ['that everybody can write', (found) => chmodSync(found, 0o777), /can be written by every user/],
    ['below a folder that everybody can write', (found) => chmodSync(path.dirname(found), 0o777), /can be written by/],
    [
      'that is a link, as a repository can bring one',
      (found) => {
        rmSync(found, { recursive: true })
        symlinkSync('somewhere', found)
        mkdirSync(path.join(path.dirname(found), 'somewhere'))
      },
      /it is not a folder itself/,
    ],
    [
      'with a link in it, which may lead anywhere',
      (found) => symlinkSync('/etc', path.join(found, 'workflow-runs')),
      /it holds the symbolic link workflow-runs/,
    ],
    [
      'that is a file',
      (found) => {
        rmSync(found, { recursive: true })
        writeFileSync(found, '')
      },
      /it is not a folder itself/,
    ],
  ])('is not one %s: that is told, and the installation has its own', (_, spoil, why) => {
    const folder = makeFolder('.codenode', 'a')
    spoil(path.join(folder, '.codenode'))
    const { dataDir, notices } = find(path.join(folder, 'a'))
    expect(dataDir).toBe(installation.ownFolder)
    expect(notices).toEqual([expect.stringMatching(why) as unknown])
    expect(notices[0]).toContain('--data-dir or CODENODE_DATA_DIR')
  })
})

describe('the folder of packages', () => {
  test('is what is named, else that of a data folder that is named, else the installation has its own', () => {
    const folder = makeFolder('with/packages/python', 'without', 'named')
    const [withOwn, without, named] = ['with', 'without', 'named'].map((name) => path.join(folder, name))
    const env = { CODENODE_DATA_DIR: withOwn ?? '' }
    expect(find(folder, env).packagesDir).toBe(`${withOwn}/packages`)
    expect(find(folder, { CODENODE_DATA_DIR: without ?? '' }).packagesDir).toBe(ownPackages)
    expect(find(folder, { ...env, CODENODE_PACKAGES_DIR: named ?? '' }).packagesDir).toBe(named)
    expect(find(folder, env, { packagesDir: named }).packagesDir).toBe(named)
    expect(find(folder, { CODENODE_DATA_DIR: '', CODENODE_PACKAGES_DIR: '' }).packagesDir).toBe(ownPackages)
  })

  test('may not be writable by others, nor a folder in it, if it is not named', () => {
    for (const which of [
      '',
      'packages',
      'packages/python',
      'packages/python/bin',
      'packages/javascript/node_modules',
    ]) {
      const root = makeFolder('.codenode/packages/python/bin', '.codenode/packages/javascript/node_modules')
      const own = path.join(root, '.codenode')
      chmodSync(path.join(own, which), 0o777)
      const message = refusalOf(() => refuseUnsafe(path.join(own, 'packages'), path.join(root, 'packages/codenode')))
      expect(message).toContain(`${path.join(own, which)} can be written by every user`)
      expect(message).toContain('--packages-dir or CODENODE_PACKAGES_DIR')
    }
  })
})
