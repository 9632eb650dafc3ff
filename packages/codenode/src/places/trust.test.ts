import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { describeInstallation } from './installation.ts'
import { isPrivateGroup } from './private-group.ts'
import { searchUp } from './search-up.ts'
import { judge, whyNotToMakeIn, whyNotTrusted } from './trust.ts'

const isRoot = process.getuid?.() === 0
const stranger = (process.getuid?.() ?? 0) + 34_567
const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-trust-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(scratch, 'case-'))
})

/** `a/b/file` and a folder `other` beside it. */
function makeTree(): { file: string; other: string } {
  const [file, other] = [path.join(folder, 'a/b/file'), path.join(folder, 'other')]
  for (const at of [path.dirname(file), other]) mkdirSync(at, { recursive: true, mode: 0o755 })
  writeFileSync(file, '', { mode: 0o644 })
  return { file, other }
}

describe('what is found is used', () => {
  test('when the file and every folder on the way are ours alone; /tmp is on the way', () => {
    expect(whyNotTrusted(makeTree().file)).toBe(null)
  })

  test.each([
    ['the file itself', 'a/b/file', 0o666],
    ['the folder it is in', 'a/b', 0o777],
    ['a folder above', 'a', 0o777],
  ])('but not when everybody can write %s', (_, which, mode) => {
    const { file } = makeTree()
    chmodSync(path.join(folder, which), mode)
    expect(whyNotTrusted(file)).toBe(`${path.join(folder, which)} can be written by every user`)
  })

  test('a sticky folder on the way is as safe as /tmp; one that is found itself is not, since others can add to it', () => {
    const { file } = makeTree()
    chmodSync(path.join(folder, 'a'), 0o1777)
    expect(whyNotTrusted(file)).toBe(null)
    expect(whyNotTrusted(path.join(folder, 'a'))).toContain('can be written by every user')
    expect(whyNotToMakeIn(path.join(folder, 'a'))).toBe(null)
  })

  test('links are followed: what they lead through counts as well', () => {
    const { file, other } = makeTree()
    symlinkSync(file, path.join(other, 'link'))
    symlinkSync('other/link', path.join(folder, 'first'))
    expect(whyNotTrusted(path.join(folder, 'first'))).toBe(null)
    chmodSync(other, 0o777)
    expect(whyNotTrusted(path.join(folder, 'first'))).toBe(`${other} can be written by every user`)
    symlinkSync('circle', path.join(folder, 'circle'))
    expect(whyNotTrusted(path.join(folder, 'circle'))).toContain('leads in a circle')
    expect(whyNotTrusted(path.join(folder, 'gone'))).toContain('cannot be looked at')
  })

  test('the folders that the program itself lies in are taken as they are, and nothing beside it is', () => {
    const { file, other } = makeTree()
    chmodSync(folder, 0o777)
    expect(whyNotTrusted(file)).toBe(`${folder} can be written by every user`)
    expect(whyNotTrusted(file, path.join(other, 'program'))).toBe(null)
    chmodSync(path.join(folder, 'a'), 0o777)
    expect(whyNotTrusted(file, path.join(other, 'program'))).toBe(
      `${path.join(folder, 'a')} can be written by every user`,
    )
  })

  test('not when another user owns a part of the way', () => {
    const { file } = makeTree()
    const why = (stats: Partial<Stats>) => judge(Object.assign(statSync(file), stats), 'on the way', trusting)
    expect(why({ uid: stranger })).toBe(`belongs to another user (uid ${stranger})`)
    // Only root can give files away.
    for (const which of isRoot ? ['a/b/file', 'a/b', 'a'] : []) {
      const { file } = makeTree()
      chownSync(path.join(folder, which), stranger, stranger)
      expect(whyNotTrusted(file)).toBe(`${path.join(folder, which)} belongs to another user (uid ${stranger})`)
      chownSync(path.join(folder, which), 0, 0)
    }
  })

  test('a group may write when nobody but us is in it', () => {
    const stats = Object.assign(statSync(makeTree().file), { mode: 0o100664, gid: 1000, uid: 1000 })
    expect(judge(stats, 'end', trusting)).toBe(null)
    expect(judge(Object.assign(stats, { gid: 1001 }), 'end', trusting)).toBe('can be written by the group 1001')
  })
})

const owners = new Set([0, 1000, process.getuid?.() ?? 0])
const accounts = {
  groups: 'root:x:0:\nana:x:1000:\nstaff:x:1001:ana,ben\nempty:x:1002:\nboth:x:1003:root,ana\nunknown:x:1004:zoe\n',
  users: 'root:x:0:0::/root:/bin/sh\nana:x:1000:1000::/home/ana:/bin/sh\nben:x:1001:1005::/home/ben:/bin/sh\n',
}

const trusting = { owners, readAccounts: () => accounts }

test.each([
  [0, true],
  [1000, true],
  [1001, false],
  [1002, false],
  [1003, true],
  [1004, false],
  [1005, false],
  [4000, false],
])('the group %i is private: %s', (gid, expected) => {
  expect(isPrivateGroup(gid, owners, accounts)).toBe(expected)
})

test('a user who has a group as the first one is in it, though no line of the group says so', () => {
  const users = `${accounts.users}eve:x:1009:1000::/home/eve:/bin/sh\n`
  expect(isPrivateGroup(1000, owners, { ...accounts, users })).toBe(false)
})

describe('the search upwards', () => {
  test('finds the nearest, ends at the home folder it begins in, and takes what it cannot look at for found', () => {
    const { file } = makeTree()
    const start = path.dirname(file)
    writeFileSync(path.join(folder, 'mark'), '')
    expect(searchUp('mark', start, undefined)).toBe(path.join(folder, 'mark'))
    expect(searchUp('mark', path.join(start, 'not/there/yet'), undefined)).toBe(path.join(folder, 'mark'))
    expect(searchUp('mark', start, path.join(folder, 'a'))).toBe(null)
    expect(searchUp('mark', folder, folder)).toBe(path.join(folder, 'mark'))
    writeFileSync(path.join(folder, 'a/mark'), '')
    expect(searchUp('mark', start, undefined)).toBe(path.join(folder, 'a/mark'))
    symlinkSync('nowhere', path.join(start, 'mark'))
    expect(searchUp('mark', start, undefined)).toBe(path.join(start, 'mark'))
  })

  test('ends where another file system begins', () => {
    // The kernel's own, which is mounted everywhere: nothing above it is looked at.
    expect(searchUp('tmp', '/proc/self', undefined)).toBe(null)
    expect(searchUp('tmp', '/', undefined)).toBe('/tmp')
  })
})

test.each([
  ['/opt/codenode/packages/codenode', '/opt/codenode', 'clone'],
  ['/home/ana/app/node_modules/codenode', '/home/ana/app', 'package'],
  ['/home/ana/app/node_modules/.pnpm/codenode@1/node_modules/codenode', '/home/ana/app', 'package'],
  ['/usr/lib/node_modules/codenode', '/usr/lib', 'package'],
  ['/node_modules/codenode', '/', 'package'],
])('%s is installed in %s', (packageRoot, root, kind) => {
  expect(describeInstallation(packageRoot)).toMatchObject({ root, kind, ownFolder: path.join(root, '.codenode') })
})
