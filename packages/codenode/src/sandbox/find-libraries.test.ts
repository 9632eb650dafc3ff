import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { askProgram } from './ask-program.ts'
import { findLibraries, type Ldd } from './find-libraries.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'codenode-libraries-'))
afterAll(() => rmSync(folder, { recursive: true }))

function program(name: string, text: string): string {
  const file = path.join(folder, name)
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
  return file
}

const ask = (file: string, timeoutMs?: number) =>
  askProgram(file, ['a long source'], {
    ...{ name: 'The program', env: { PATH: process.env.PATH } },
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })

describe('the libraries of a runtime', () => {
  test('are those that ldd lists, with the loader', async () => {
    const mounts = await findLibraries([process.execPath])
    const names = mounts.map(({ to }) => path.basename(to))
    expect(names).toEqual(expect.arrayContaining(['libc.so.6', 'libm.so.6']))
    expect(names[0]).toMatch(/^ld-linux/)
  })

  test('are not asked for what has none, or is for another processor', async () => {
    const asked: (readonly string[])[] = []
    const ldd: Ldd = (files) => {
      asked.push(files)
      return Promise.resolve({ stdout: '', stderr: '', exitCode: 0 })
    }
    const foreign = path.join(folder, 'foreign.so')
    const copy = readFileSync(process.execPath).subarray(0, 8192)
    copy.writeUInt16LE(8, 18) // MIPS
    writeFileSync(foreign, copy)
    await expect(findLibraries([process.execPath, program('script', ''), foreign], ldd)).rejects.toThrow(
      'glibc is missing',
    )
    expect(asked).toEqual([[process.execPath]])
  })

  test('are refused where the list was cut short, as when no process can be started for one of the files', async () => {
    const stdout = `${process.execPath}:
\tlibc.so.6 => /lib/libc.so.6 (0x00007f)
\t/lib64/ld-linux-x86-64.so.2 (0x00007f)
/usr/lib/python3/lib-dynload/_ctypes.so:
`
    const stderr = '/usr/bin/ldd: fork: Resource temporarily unavailable\n'
    await expect(
      findLibraries([process.execPath], () => Promise.resolve({ stdout, stderr, exitCode: 1 })),
    ).rejects.toThrow(
      'The sandbox is not available. ldd could not list all libraries that are needed (/usr/bin/ldd: fork: Resource temporarily unavailable). Is the machine overloaded?',
    )
  })
})

describe('a program of the host', () => {
  test('that is late is not called missing, and its arguments are not told', async () => {
    await expect(ask(program('late', 'sleep 60'), 200)).rejects.toThrow(
      'The sandbox is not available. The program did not answer within 0.2 s. Is the machine overloaded?',
    )
  })

  test('that is not there is missing', async () => {
    await expect(ask(path.join(folder, 'none'))).rejects.toThrow(
      'The sandbox is not available: The program is missing.',
    )
  })

  test('that was killed says so', async () => {
    await expect(ask(program('killed', 'kill -9 $$'))).rejects.toThrow('The program was ended by SIGKILL.')
  })

  test('that fails gives its exit code and what it said', async () => {
    expect(await ask(program('fails', 'echo no luck >&2; exit 3'))).toEqual({
      ...{ stdout: '', stderr: 'no luck\n', exitCode: 3 },
    })
  })
})
