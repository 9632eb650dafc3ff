import { expect, test } from 'vitest'
import { findTimeZone } from './time-zone.ts'

test('local time is UTC unless the operator sets it', () => {
  expect(findTimeZone({})).toEqual({ timeZone: 'UTC' })
  expect(findTimeZone({ TZ: '', CODENODE_TZ: ' ' })).toEqual({ timeZone: 'UTC' })
})

test('CODENODE_TZ wins over the settings, and those over TZ', () => {
  const env = { TZ: 'Europe/Berlin', CODENODE_TZ: 'Asia/Shanghai' }
  const set = { path: 'timeZone', value: 'Asia/Tokyo' }
  expect(findTimeZone(env, set).timeZone).toBe('Asia/Shanghai')
  expect(findTimeZone({ TZ: env.TZ }, set).timeZone).toBe('Asia/Tokyo')
  expect(findTimeZone({ TZ: env.TZ }, { path: 'timeZone', value: undefined }).timeZone).toBe('Europe/Berlin')
})

test.each([
  [':Asia/Shanghai', 'Asia/Shanghai'],
  ['asia/shanghai', 'Asia/Shanghai'],
  ['Etc/GMT-8', 'Etc/GMT-8'],
  ['America/Argentina/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
])('TZ=%s is the zone %s', (TZ, timeZone) => {
  expect(findTimeZone({ TZ })).toEqual({ timeZone })
})

test.each(['CST-8', '/etc/localtime', '+08:00', 'Asia/../UTC', 'Asia/Peking'])('%s is no name of a zone', (name) => {
  expect(findTimeZone({ CODENODE_TZ: name }).issue).toMatchObject({ path: 'CODENODE_TZ' })
  const general = findTimeZone({ TZ: name })
  expect(general.issue).toBeUndefined()
  expect(general).toMatchObject({ timeZone: 'UTC', notice: expect.stringContaining('CODENODE_TZ') as string })
})
