// A layer that cannot be had stops the start; a process that is killed takes its own with it and nothing else.
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { CodenodeError } from '../src/contract/error.ts'
import type { Execution } from '../src/contract/program.ts'
import { createSandbox, type RunningSandbox, type SandboxOptions } from '../src/pool/create-sandbox.ts'
import { findDataDir, findPythonPaths } from '../src/sandbox/find-paths.ts'
import { toArchitecture } from '../src/sandbox/seccomp/build-filter.ts'
import { systemCalls } from './containment/system-calls.ts'
import {
  buildProgram,
  descendants,
  endOf,
  eventually,
  isAlive,
  levels,
  nothingIsLeft,
  openSandbox,
  runHonestly,
  withReadablePython,
} from './support/sandbox.ts'

const endless = {
  python: 'def main():\n    print("on", flush=True)\n    while True:\n        pass\n',
  javascript: 'function main() {\n  console.log("on")\n  for (;;);\n}\n',
} as const
const languages = ['python', 'javascript'] as const
const folder = mkdtempSync(path.join(tmpdir(), 'codenode-faults-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Starts an endless program and waits until it has printed something. */
async function startAndHear(
  sandbox: RunningSandbox,
  language: 'python' | 'javascript',
  signal?: AbortSignal,
): Promise<{ execution: Promise<Execution> }> {
  const { promise: heard, resolve } = Promise.withResolvers<void>()
  const execution = sandbox.run(buildProgram(language, endless[language]), {
    onLog: () => resolve(),
    ...(signal ? { signal } : {}),
  })
  execution.catch(() => undefined) // the test looks at it later
  await Promise.race([heard, execution])
  return { execution }
}

test.each(levels)('a start at %s writes no file but below the data directory', async (level) => {
  const before = readdirSync('/')
  await using sandbox = await openSandbox({ isolation: level })
  await runHonestly(sandbox, 'python')
  expect(readdirSync('/')).toEqual(before)
})

describe.each(levels)('killed at %s', (level) => {
  test.each(languages)(
    'a zygote of %s: its runs fail as sandbox_lost at once, others go on, the next works',
    async (language) => {
      const other = language === 'python' ? 'javascript' : 'python'
      // Its replacement is started later than `openSandbox` returns.
      await withReadablePython(level, async () => {
        await using sandbox = await createSandbox({ isolation: level, maxRunning: 8, packages: 'none' })
        const lost = await Promise.all([1, 2, 3].map(() => startAndHear(sandbox, language)))
        const stop = new AbortController()
        const kept = await startAndHear(sandbox, other, stop.signal)
        const pid = sandbox.stats().runtimes[language]?.zygotePid ?? 0
        const children = descendants(pid)
        process.kill(pid, 'SIGKILL')
        const reasons = lost.map(({ execution }) => execution.then(endOf, (error: CodenodeError) => error.code))
        expect(await Promise.all(reasons)).toEqual(['sandbox_lost', 'sandbox_lost', 'sandbox_lost'])
        // At once: before its replacement, which must warm up, is there.
        expect([null, pid]).toContain(sandbox.stats().runtimes[language]?.zygotePid)
        await runHonestly(sandbox, language)
        stop.abort()
        expect(endOf(await kept.execution)).toBe('cancelled')
        expect(sandbox.stats().runtimes[language]?.lost).toBe(1)
        await eventually('its children are gone', () => children.every((it) => !isAlive(it)))
        await nothingIsLeft(sandbox)
      })
    },
  )

  test('a service takes all its processes with it, and the next one removes its folder', async () => {
    const host = spawn(process.execPath, [path.join(import.meta.dirname, 'support/host.ts'), level], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise<void>((resolve, reject) => {
      host.stdout.once('data', () => resolve())
      host.once('exit', (code) => reject(new Error(`the service ended with ${code}`)))
    })
    const below = descendants(host.pid)
    expect(below.length).toBeGreaterThanOrEqual(4)
    // Until it is reaped, which takes a turn of our own event loop, its number is taken.
    const reaped = new Promise((resolve) => host.removeAllListeners('exit').once('exit', resolve))
    host.kill('SIGKILL')
    await reaped
    await eventually('all are gone', () => below.every((pid) => !isAlive(pid)))
    const isLeft = () => readdirSync(path.join(findDataDir(), 'run')).some((it) => it.startsWith(`${host.pid}-`))
    expect(isLeft()).toBe(true)
    await (await openSandbox({ isolation: level, runtimes: ['javascript'] })).close()
    expect(isLeft()).toBe(false)
  })
})

describe('the start is refused', () => {
  const bubblewrap = execFileSync('sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).trim()
  const python = findPythonPaths().binary
  const numbers = systemCalls(toArchitecture(process.arch) ?? 'x86_64')
  const [EPERM, ENOSYS] = [1, 38]

  test('when bubblewrap ends without a word', async () => {
    expect(await refusal({ bubblewrap: '/bin/true' })).toContain('bubblewrap')
  })

  test('when bubblewrap ends and what it started lives on', async () => {
    const leaving = writeScript('bwrap-with-orphan', '#!/bin/sh\nsleep 1000 &\necho left alone >&2\nexit 1\n')
    expect(await refusal({ bubblewrap: leaving })).toContain('left alone')
  })

  test('without namespaces as root, when other users cannot reach the packages: it names the folder and the way out', async () => {
    const closed = mkdtempSync(path.join(folder, 'closed-'))
    mkdirSync(path.join(closed, 'packages/javascript/node_modules'), { recursive: true })
    const options: SandboxOptions = {
      isolation: 'landlock+seccomp',
      runtimes: ['javascript'],
      packages: 'installed',
      packagesDir: path.join(closed, 'packages'),
    }
    if (process.getuid?.() !== 0) return await (await createSandbox(options)).close()
    const said = await refusal(options)
    expect(said).toContain(`read access for all users to ${closed}, on the way to ${options.packagesDir}`)
    expect(said).toContain('CODENODE_PACKAGES_DIR=')
  })

  test.each([
    ['--unshare-pid', 0],
    ['--unshare-uts', 0],
    ['--seccomp', 1],
  ] as const)('when bubblewrap does not do %s', async (argument, values) => {
    expect(await refusal({ bubblewrap: dropping(argument, values) })).toBeTruthy()
  })

  test.each([
    ['landlock_create_ruleset', ENOSYS, 'Landlock'],
    ['landlock_restrict_self', EPERM, 'landlock_restrict_self'],
    ['setns', EPERM, 'setns'],
    ['capset', EPERM, ''],
    ['prctl', EPERM, ''],
  ] as const)('when the kernel refuses %s', async (name, errno, said) => {
    expect(await refusal({ bubblewrap: refusing(name, errno, bubblewrap) })).toContain(said)
  })

  test.each([
    ['landlock_create_ruleset', ENOSYS, 'Landlock'],
    ['landlock_restrict_self', EPERM, 'landlock_restrict_self'],
    // Only root gives runs a user of their own.
    ...(process.getuid?.() === 0 ? [['setresuid', EPERM, ''] as const] : []),
    ['capset', EPERM, 'capset'],
    ['prctl', EPERM, ''],
  ] as const)('without namespaces when the kernel refuses %s', async (name, errno, said) => {
    const readable = await withReadablePython('landlock+seccomp', async () => process.env.CODENODE_PYTHON ?? python)
    process.env.CODENODE_PYTHON = refusing(name, errno, realpathSync(readable))
    try {
      expect(await refusal({ isolation: 'landlock+seccomp' })).toContain(said)
    } finally {
      delete process.env.CODENODE_PYTHON
    }
  })

  /** Why it does not start; nothing of the try may be left. */
  async function refusal(options: SandboxOptions): Promise<string> {
    const before = descendants()
    const error = await withReadablePython(options.isolation, () =>
      createSandbox({ packages: 'none', ...options }),
    ).then(
      async (sandbox) => {
        await sandbox.close()
        throw new Error('it started')
      },
      (reason: CodenodeError) => reason,
    )
    expect(error.code, error.message).toBe('sandbox_unavailable')
    await eventually('no process is left', () => descendants().every((pid) => before.includes(pid)))
    return error.message
  }

  /** `command` on a kernel that answers a system call with an error. */
  function refusing(name: string, errno: number, command: string): string {
    const script = path.join(import.meta.dirname, 'support/refusing-kernel.py')
    return writeScript(
      `${path.basename(command)}-without-${name}`,
      `#!/bin/sh\nexec ${python} -I ${script} ${numbers[name]} ${errno} ${command} "$@"\n`,
    )
  }

  /** bubblewrap that never hears of an argument and the values behind it. */
  function dropping(argument: string, values: number): string {
    const skip = `if [[ $1 == ${argument} ]]; then shift ${values + 1}; else args+=("$1"); shift; fi`
    return writeScript(
      `bwrap-without${argument}`,
      `#!/bin/bash\nargs=()\nwhile (($#)); do ${skip}; done\nexec ${bubblewrap} "\${args[@]}"\n`,
    )
  }

  function writeScript(name: string, text: string): string {
    const file = path.join(folder, name)
    writeFileSync(file, text)
    chmodSync(file, 0o755)
    return file
  }
})
