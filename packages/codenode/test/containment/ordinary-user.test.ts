/**
 * An ordinary user without namespaces: the kernel counts the threads of all runs together with the user's own, so the watch
 * alone knows those of one run. Where the tests are an ordinary user's, the other files show it.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { findPlaces } from '../../src/places/find-places.ts'
import { findBarrier } from '../../src/sandbox/barrier.ts'

/** A user that is no user of this machine. */
const stranger = 34_569
const programs = path.resolve(import.meta.dirname, '../run-programs.ts')

/** Where the environment of the packages leads to a Python that only root can read, the system's is taken. */
const python = '/usr/bin/python3'
/** What an ordinary user must be able to read; a clone of root's own in `/root` is closed to everybody else. */
const needed = () => [programs, process.execPath, findPlaces().packagesDir, python]

test.skipIf(process.getuid?.() !== 0 || needed().some((it) => !existsSync(it) || findBarrier(it)))(
  'threads and what the kernel keeps for sockets are bounded for an ordinary user without namespaces',
  { timeout: 180_000 },
  async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'codenode-ordinary-'))
    try {
      chownSync(dataDir, stranger, stranger)
      const only = 'resources/(threads|sockets-in-threads)'
      const args = [programs, 'containment', 'landlock+seccomp', '--only', only, '--at-once', '1']
      const as = [`--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups', process.execPath]
      const child = spawn('setpriv', [...as, ...args], {
        env: { PATH: '/usr/bin:/bin', HOME: dataDir, CODENODE_DATA_DIR: dataDir },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let printed = ''
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (printed += chunk))
      const [exitCode] = (await once(child, 'close')) as [number | null]
      expect(exitCode, printed).toBe(0)
      expect(printed).toMatch(/python 4 of 4, javascript 2 of 2/)
    } finally {
      rmSync(dataDir, { recursive: true })
    }
  },
)
