import { describe, expect, test } from 'vitest'
import { defaultLimits, toRunLimits } from '../contract/limits.ts'
import { buildRlimits } from './rlimits.ts'

const { limits } = toRunLimits(defaultLimits, null)
const own = { addressSpaceBytes: 2 ** 30, dataBytes: 2 ** 28, residentBytes: 2 ** 27 }
const nprocAt = (level: 'namespaces+landlock+seccomp' | 'landlock+seccomp', hasOwnUid: boolean) =>
  buildRlimits({ runtime: 'python', level, limits, maxRunning: 4 }, own, hasOwnUid, () => 300).nproc

describe('the number of processes', () => {
  test('is a run’s own where it has a user or a user namespace for itself', () => {
    expect(nprocAt('namespaces+landlock+seccomp', false)).toBe(64)
    expect(nprocAt('landlock+seccomp', true)).toBe(64)
  })

  test('is bounded where all processes of a user count, with room for all runs and what else may start', () => {
    expect(nprocAt('landlock+seccomp', false)).toBe(300 + 4 * 64 + 1024)
  })
})
