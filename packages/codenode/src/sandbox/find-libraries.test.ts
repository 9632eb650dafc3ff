import {
  chmodSync,
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { askProgram } from './ask-program.ts'
import { findLibraries, type Ldd } from './find-libraries.ts'
import { readNeeds } from './read-elf.ts'

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

  test('are asked for once where many files need the same', async () => {
    const copies = ['one.so', 'two.so'].map((name) => path.join(folder, name))
    for (const copy of copies) copyFileSync(realpathSync('/bin/sh'), copy)
    const asked: (readonly string[])[] = []
    const found = await findLibraries([process.execPath, ...copies, '/bin/sh'], (files) => {
      asked.push(files)
      return askProgram('ldd', files, { name: 'ldd', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })
    })
    // A shell needs less than Node does.
    expect(asked).toEqual([[process.execPath]])
    expect(found).toEqual(await findLibraries([process.execPath]))
  })

  test('are those of every extension module of Python, as if ldd were asked for each', async () => {
    const script = 'import sysconfig as s; print(s.get_path("stdlib"))'
    const { stdout } = await askProgram('python3', ['-I', '-c', script], { name: 'python3', env: process.env })
    const modules = path.join(stdout.trim(), 'lib-dynload')
    const files = readdirSync(modules).map((name) => path.join(modules, name))
    const ask = async (all: readonly string[]) => {
      const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C' }
      const { stdout } = await askProgram('ldd', all, { name: 'ldd', env })
      return [...new Set([...stdout.matchAll(/=> (\/\S+)/g)].map(([, file]) => realpathSync(file ?? '')))].toSorted()
    }
    const asked: string[] = []
    const found = await findLibraries(files, async (some) => {
      asked.push(...some)
      return await askProgram('ldd', some, { name: 'ldd', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } })
    })
    expect(asked.length).toBeLessThan(files.length)
    expect(found.map(({ from }) => from)).toEqual(expect.arrayContaining(await ask(files)))
  })

  test('are told by what a file says of itself', () => {
    expect(readNeeds(process.execPath)?.libraries).toEqual(expect.arrayContaining(['libc.so.6', 'libm.so.6']))
    expect(readNeeds(program('no-elf', ''))).toBeNull()
    const cut = path.join(folder, 'cut.so')
    writeFileSync(cut, readFileSync(process.execPath).subarray(0, 4096))
    expect(() => readNeeds(cut)).toThrow()
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
