import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findDataDir, findPackagesDir } from './find-paths.ts'
import { describeMissingPackages } from './missing-packages.ts'

const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-paths-'))
afterAll(() => rmSync(scratch, { recursive: true }))

function make(...parts: string[]): string {
  const folder = path.join(scratch, ...parts)
  mkdirSync(folder, { recursive: true })
  return folder
}

describe('where the packages are', () => {
  const full = make('full')
  make('full/packages/python')
  // The packages of this clone, which its set-up has installed.
  const shared = path.join(findDataDir(undefined, {}), 'packages')

  test.each([
    ['what is given counts before everything', full, '/given', { CODENODE_PACKAGES_DIR: '/named' }, '/given'],
    ['then what the environment says', full, undefined, { CODENODE_PACKAGES_DIR: '/named' }, '/named'],
    ["then the data directory's own", full, undefined, { CODENODE_PACKAGES_DIR: '' }, path.join(full, 'packages')],
    ['a new data directory uses those of the installation', make('new'), undefined, {}, shared],
    ['so does one whose folder of packages is empty', path.dirname(make('bare/packages')), undefined, {}, shared],
    ['and one that does not exist yet', path.join(scratch, 'later'), undefined, {}, shared],
  ] as const)('%s', (_, dataDir, given, env, expected) => {
    expect(findPackagesDir(dataDir, given, env)).toBe(expected)
  })
})

test('interpreters without packages are told, with the command that installs them', () => {
  const empty = make('empty')
  const said = describeMissingPackages(empty, ['python', 'node'])
  expect(said).toContain(`No Python and no JavaScript packages are installed in ${empty}`)
  expect(said).toContain('codenode packages install')
  make('half/javascript/node_modules')
  const half = path.join(scratch, 'half')
  expect(describeMissingPackages(half, ['python', 'node'])).toContain('No Python packages')
  expect(describeMissingPackages(half, ['node'])).toBeNull()
})
