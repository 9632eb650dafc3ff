import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
})

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

describe.each(['../../../package-lock.json', '../packages/javascript/package-lock.json'])('%s', (path) => {
  const packages = lockSchema.parse(JSON.parse(read(path))).packages
  const installed = Object.entries(packages).filter(([at, entry]) => at.includes('node_modules/') && !entry.link)

  test('names no registry and has a hash for every package', () => {
    expect(installed.filter(([, entry]) => entry.resolved || !entry.integrity).map(([at]) => at)).toEqual([])
  })

  // npm 11 refuses such a lock file as out of step. It comes about when a registry lacks the package for a rare platform.
  test('has every platform of the packages that differ by platform', () => {
    const missing = installed.flatMap(([, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !(`node_modules/${name}` in packages)),
    )
    expect(missing).toEqual([])
  })

  // koffi carries its binaries in packages of their own, and only builds if they are missing.
  test('needs no install script', () => {
    const scripted = installed
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([at]) => at.replace(/^.*node_modules\//, ''))
    expect(scripted.filter((name) => name !== 'koffi' && name !== 'fsevents')).toEqual([])
  })
})

describe('the Python packages', () => {
  const wanted = [...read('../packages/python/pyproject.toml').matchAll(/^ {2}"([\w-]+)",$/gm)].map((match) => match[1])
  const locked = read('../packages/python/requirements.txt')

  test('are all locked with hashes, and no address is recorded', () => {
    expect(wanted.length).toBeGreaterThan(20)
    expect(wanted.filter((name) => !new RegExp(`^${name}==\\S+.*\\\\\n +--hash=sha256:`, 'm').test(locked))).toEqual([])
    expect(locked).not.toMatch(/:\/\/|--(extra-)?index-url|--find-links/)
  })
})
