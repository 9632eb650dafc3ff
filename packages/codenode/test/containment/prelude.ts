import path from 'node:path'
import { toArchitecture } from '../../src/sandbox/seccomp/build-filter.ts'
import { type FixtureLanguage, readPrelude } from '../support/fixtures.ts'
import { allowedNumbers, systemCalls } from './system-calls.ts'

/** The programs that try to get out, or to take more than their share. */
export const containmentFixtures = path.join(import.meta.dirname, 'fixtures')

/**
 * The helpers of a language, with the numbers of this machine's system calls, those that a run may make, and what else the
 * programs must know.
 */
export function buildPrelude(language: FixtureLanguage, more: Record<string, unknown> = {}): string {
  const arch = toArchitecture(process.arch)
  if (!arch) throw new Error(`no tables for ${process.arch}`)
  const known = {
    NUMBERS: systemCalls(arch),
    ALLOWED_NUMBERS: allowedNumbers(language === 'python' ? 'python' : 'node', arch),
    ...more,
  }
  const assign = language === 'python' ? '' : 'const '
  const lines = Object.entries(known).map(([name, value]) => `${assign}${name} = ${JSON.stringify(value)}\n`)
  return lines.join('') + readPrelude(containmentFixtures, language)
}
