// Without namespaces the user id alone keeps signals and traces of other runs away, so no two processes may share one.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { RunningSandbox } from '../src/pool/create-sandbox.ts'
import { childPids } from '../src/sandbox/probe/read-outside.ts'
import { descendants, eventually, levels, openSandbox } from './support/sandbox.ts'
import { startService } from './support/service.ts'

const spares = 3

const uidOf = (pid: number): string => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? ''

function uidsOf(sandbox: RunningSandbox): string[] {
  const zygotes = Object.values(sandbox.stats().runtimes).map(({ zygotePid }) => zygotePid as number) // they serve
  return zygotes.flatMap(childPids).map(uidOf)
}

describe.each(levels)('user ids at %s', (level) => {
  test('of two sandboxes at once, in both languages, no two children share one where root starts them', async () => {
    await using one = await openSandbox({ isolation: level, spares })
    await using other = await openSandbox({ isolation: level, spares })
    await eventually('all spares are there', () =>
      [one, other].every((it) => Object.values(it.stats().runtimes).every((runtime) => runtime.spares === spares)),
    )
    const uids = [...uidsOf(one), ...uidsOf(other)]
    expect(uids.length).toBeGreaterThanOrEqual(4 * spares)
    if (process.getuid?.() === 0) {
      expect(new Set(uids).size).toBe(uids.length)
      expect(uids).not.toContain('0')
    } else expect(new Set(uids)).toEqual(new Set([String(process.getuid?.())]))
  })
})

test.skipIf(process.getuid?.() !== 0)('of a service that is another process, no child has one of theirs', async () => {
  const service = await startService({ env: { CODENODE_SPARES: String(spares) } })
  try {
    await using own = await openSandbox({ spares })
    const others = () =>
      descendants(service.process.pid)
        .map(uidOf)
        .filter((uid) => uid !== '0')
    const full = spares * 2
    await eventually('all spares are there', () => others().length >= full && uidsOf(own).length >= full)
    const uids = [...others(), ...uidsOf(own)]
    expect(new Set(uids).size).toBe(uids.length)
  } finally {
    await service.close()
  }
})
