import { closeSync, openSync, writeSync } from 'node:fs'
import koffi from 'koffi'
import { CodenodeError } from '../contract/error.ts'

const MFD_CLOEXEC = 1

let create: ReturnType<ReturnType<typeof koffi.load>['func']> | undefined

/**
 * A file that is nowhere but in memory, so that a full disk does not keep anything from starting: a descriptor that reads it
 * from its beginning. Whoever asks for it closes it. `name`: for `/proc` alone.
 */
export function openInMemory(name: string, content: Buffer): number {
  create ??= koffi.load(null).func('int memfd_create(const char *name, unsigned int flags)')
  const writable = Number(create(name, MFD_CLOEXEC))
  if (writable < 0) throw new CodenodeError('sandbox_unavailable', { missing: 'memfd_create (Linux 3.17)' })
  try {
    for (let at = 0; at < content.length; ) at += writeSync(writable, content, at)
    return openSync(`/proc/self/fd/${writable}`, 'r')
  } finally {
    closeSync(writable)
  }
}
