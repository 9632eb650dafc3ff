import { describe, expect, test } from 'vitest'
import { checkLimits, parseLimits } from '../reading/read-limits.ts'
import { defaultLimits, limitTable, toRunLimits } from './limits.ts'

describe('limits', () => {
  test('the defaults', () => {
    expect(parseLimits(undefined, {})).toEqual({
      wallMs: 15_000,
      cpuMs: 30_000,
      memoryMb: 512,
      tmpMb: 64,
      threads: 64,
      openFiles: 64,
      codeBytes: 1_048_576,
      inputBytes: 10_485_760,
      resultBytes: 10_485_760,
      maxValues: 250_000,
      logBytes: 1_048_576,
      maxStringLength: 400_000,
      minNumber: -9223372036854775808n,
      maxNumber: 9223372036854775807n,
      maxPrecision: 20,
      maxDepth: 5,
      maxStringArrayLength: null,
      maxObjectArrayLength: null,
      maxNumberArrayLength: null,
    })
  })

  test("each limit is set under Dify's own name", () => {
    const env = {
      CODE_MAX_STRING_LENGTH: '80000',
      CODE_MIN_NUMBER: '-9223372036854775807',
      CODE_MAX_NUMBER: '99999999999999999999',
      CODE_MAX_PRECISION: '0',
      CODE_MAX_DEPTH: ' 7 ',
      CODE_MAX_STRING_ARRAY_LENGTH: '30',
      CODE_MAX_OBJECT_ARRAY_LENGTH: '31',
      CODE_MAX_NUMBER_ARRAY_LENGTH: '1000',
    }
    expect(parseLimits({}, env)).toEqual({
      ...defaultLimits,
      maxStringLength: 80_000,
      minNumber: -9223372036854775807n,
      maxNumber: 99999999999999999999n,
      maxPrecision: 0,
      maxDepth: 7,
      maxStringArrayLength: 30,
      maxObjectArrayLength: 31,
      maxNumberArrayLength: 1000,
    })
  })

  test('the environment wins over the configuration, our own name over the synonym, WORKER_TIMEOUT is in seconds', () => {
    expect(parseLimits({ wallMs: 1 }, { WORKER_TIMEOUT: '2.5' })).toMatchObject({ wallMs: 2500, cpuMs: 5000 })
    expect(parseLimits({}, { WORKER_TIMEOUT: '5', CODENODE_WALL_MS: '70' })).toMatchObject({ wallMs: 70 })
    expect(parseLimits({ wallMs: 70, cpuMs: 9 }, { CODENODE_WALL_MS: '' })).toMatchObject({ wallMs: 70, cpuMs: 9 })
  })

  test('everything wrong is listed', () => {
    const { issues } = checkLimits(
      { wallMs: '5', maxDepht: 5, memoryMb: 1.5, minNumber: 10, maxNumber: 5 },
      { CODE_MAX_DEPTH: 'five', CODE_MAX_STRING_ARRAY_LENGTH: '0', WORKER_TIMEOUT: '', CODENODE_THREADS: '-1' },
    )
    expect(issues).toEqual([
      expect.objectContaining({ path: 'limits.maxDepht' }),
      { path: 'limits.wallMs', message: 'is the string "5"; it must be a whole number from 1 to 3600000.' },
      { path: 'limits.memoryMb', message: 'is the number 1.5; it must be a whole number from 16 to 1048576.' },
      { path: 'CODENODE_THREADS', message: 'is "-1"; it must be a whole number from 1 to 4096.' },
      { path: 'CODE_MAX_DEPTH', message: 'is "five"; it must be a whole number from 1 to 200.' },
      { path: 'CODE_MAX_STRING_ARRAY_LENGTH', message: 'is "0"; it must be a whole number from 1 to 67108864.' },
      { path: 'limits.minNumber', message: 'is 10; it must not be above 5, the maxNumber.' },
    ])
    expect(checkLimits([], {}).issues).toHaveLength(1)
    expect(() => parseLimits({ wallMs: 0 }, {})).toThrow(/limits\.wallMs is the number 0/)
  })

  test("a node's limits can only lower the server's", () => {
    const { limits, notRaised } = toRunLimits(defaultLimits, { wallMs: 100, memoryMb: 1024, logBytes: 0 })
    expect(limits).toEqual({
      wallMs: 100,
      cpuMs: 30_000,
      memoryBytes: 512 * 2 ** 20,
      tmpBytes: 0,
      threads: 64,
      openFiles: 64,
      resultBytes: 10_485_760,
      logBytes: 0,
    })
    expect(notRaised).toEqual([{ name: 'memoryMb', asked: 1024, allowed: 512 }])
  })

  test('no two limits have the same name in the environment', () => {
    const names = Object.values(limitTable).flatMap(({ env }) => env.map(({ name }) => name))
    expect(new Set(names).size).toBe(names.length)
  })
})
