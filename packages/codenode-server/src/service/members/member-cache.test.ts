import { expect, test } from 'vitest'
import { MemberCache } from './member-cache.ts'

const of = (value: string, bytes = 10) => ({ value, bytes })

test('what is known is not asked for again, as long as the packages stay the same', async () => {
  const cache = new MemberCache<string>()
  let asked = 0
  const ask = async () => of(`answer ${++asked}`)
  const both = [cache.get('set 1', 'numpy', ask), cache.get('set 1', 'numpy', ask)]
  expect(await Promise.all(both)).toEqual(['answer 1', 'answer 1'])
  expect(await cache.get('set 1', 'numpy', ask)).toBe('answer 1')
  expect(await cache.get('set 2', 'numpy', ask)).toBe('answer 2')
})

test('what failed is asked for again', async () => {
  const cache = new MemberCache<string>()
  await expect(cache.get('', 'numpy', () => Promise.reject(new Error('full')))).rejects.toThrow('full')
  expect(cache.size).toEqual({ entries: 0, bytes: 0 })
  expect(await cache.get('', 'numpy', async () => of('answer'))).toBe('answer')
})

test('a flood of names or of answers leaves no more than what is allowed, and the last one stays', async () => {
  const cache = new MemberCache<string>()
  for (let n = 0; n < 2000; n++) await cache.get('', `name ${n}`, async () => of('x'))
  expect(cache.size.entries).toBe(500)
  for (let n = 0; n < 50; n++) await cache.get('', `large ${n}`, async () => of('x', 2 ** 20))
  expect(cache.size.bytes).toBeLessThanOrEqual(16 * 2 ** 20)
  expect(await cache.get('', 'large 49', async () => of('asked again'))).toBe('x')
  expect(await cache.get('', 'large 0', async () => of('asked again'))).toBe('asked again')
})
