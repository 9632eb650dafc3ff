import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findReadableGuard, guardName } from './readable-guard.ts'

const own = path.resolve(import.meta.dirname, '../../runtimes')
const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-guard-'))
chmodSync(scratch, 0o755)
afterAll(() => rmSync(scratch, { recursive: true }))

/** Runtimes in a folder that only their owner may enter. */
const closed = path.join(scratch, 'closed')
cpSync(path.join(own, 'javascript', guardName), path.join(closed, 'javascript', guardName))
chmodSync(closed, 0o700)
const inClosed = path.join(closed, 'javascript', guardName)

test('where others cannot read it, a copy beside the packages serves runs of root, and is made again when it differs', () => {
  const packages = path.join(scratch, 'packages')
  mkdirSync(packages, { mode: 0o755 })
  const copy = path.join(packages, guardName)
  for (const before of [null, 'an older one']) {
    if (before !== null) writeFileSync(copy, before)
    expect(findReadableGuard(closed, packages, true)).toEqual([copy])
    expect(readFileSync(copy)).toEqual(readFileSync(inClosed))
    expect(readdirSync(packages)).toEqual([guardName])
  }
})

test('nothing is written where that would not help: packages in the same folder, none at all, or runs of the same user', () => {
  const packages = path.join(closed, 'packages')
  mkdirSync(packages)
  expect(findReadableGuard(closed, packages, true)).toEqual([])
  expect(findReadableGuard(closed, null, true)).toEqual([])
  expect(findReadableGuard(closed, packages, false)).toEqual([inClosed])
  expect(readdirSync(packages)).toEqual([])
})
