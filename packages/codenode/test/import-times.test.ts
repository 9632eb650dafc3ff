/** What importing a package takes is measured in the sandbox when packages are installed, and shown at every door. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { packagesTool } from '../../codenode-server/src/mcp/packages-tool.ts'
import { measureImports } from '../src/cli/measure-imports.ts'
import { readSettings } from '../src/cli/read-settings.ts'
import { runtimeNames } from '../src/contract/runtime-name.ts'
import { findPlaces } from '../src/places/find-places.ts'
import { type ImportTimes, readImportTimes, writeImportTimes } from '../src/sandbox/import-times.ts'
import { describePackages } from '../src/sandbox/list-packages.ts'

const { dataDir, packagesDir: installed } = findPlaces()
mkdirSync(dataDir, { recursive: true })
const packagesDir = mkdtempSync(path.join(dataDir, 'import-times-'))
afterAll(() => rmSync(packagesDir, { recursive: true, force: true }))
for (const home of ['python', 'javascript']) symlinkSync(path.join(installed, home), path.join(packagesDir, home))

const find = (name: string) =>
  runtimeNames.flatMap((it) => describePackages(packagesDir)[it]).find((it) => it.name === name)

test('what is not known is measured; what is known stays as long as the version is the same', async () => {
  const known: ImportTimes = { python: {}, javascript: {} }
  for (const runtime of runtimeNames)
    for (const { name, version } of describePackages(packagesDir)[runtime]) known[runtime][name] = { version, ms: 7 }
  delete known.javascript['fuse.js']

  known.python.sympy = { version: '0.1', ms: 7 }
  writeImportTimes(packagesDir, known)
  expect(find('sympy')).not.toHaveProperty('importMs')

  await measureImports(readSettings({ dataDir, packagesDir }))
  expect(find('sympy')?.importMs).toBeGreaterThan(50)
  expect(find('fuse.js')?.importMs).toBeGreaterThanOrEqual(0)
  expect(find('xlrd')?.importMs).toBe(7)

  const { content } = packagesTool('python', describePackages(packagesDir))
  expect(content[0]).toMatchObject({ text: expect.stringMatching(/^sympy [\d.]+ \(import \d+ ms\)$/m) as string })
})

test('a file that cannot be read counts as none', () => {
  writeFileSync(path.join(packagesDir, 'import-times.json'), '{"python": 1')
  expect(readImportTimes(packagesDir)).toEqual({ python: {}, javascript: {} })
  expect(find('numpy')).not.toHaveProperty('importMs')
})
