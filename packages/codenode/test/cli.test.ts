import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { runRecordSchema } from '../src/contract/record.ts'
import { findDataDir } from '../src/sandbox/find-paths.ts'
import { makeDataDir } from './support/service.ts'

const bin = fileURLToPath(new URL('../bin/codenode.js', import.meta.url))
const folder = mkdtempSync(path.join(tmpdir(), 'codenode-cli-'))
const dataDir = makeDataDir()
afterAll(() => {
  for (const made of [folder, dataDir]) rmSync(made, { recursive: true, force: true })
})

function file(name: string, text: string): string {
  const at = path.join(folder, name)
  writeFileSync(at, text)
  return at
}

const double = file(
  'double.py',
  'def main(n, who="you"):\n    print("for", who)\n    return {"n": n * 2, "who": who}\n',
)
const failing = file(
  'fail.js',
  "function main() {\n  return inner()\n}\nfunction inner() {\n  throw new Error('no luck')\n}\n",
)
const node = (settings: string) =>
  `type: code\ntitle: T\ncode: 'def main(a): return {"b": a}'\nvariables: [{variable: a}]\n${settings}`

type Ended = { exitCode: number | null; stdout: string; stderr: string }
type Options = {
  /** Added to this process's environment; `undefined` takes a variable away. */
  env?: Record<string, string | undefined>
  input?: string
  onStderr?: (text: string, pid: number) => void
  command?: string[]
}

async function codenode(args: string[], { env = {}, input, onStderr, command = [] }: Options = {}): Promise<Ended> {
  const [program = '', ...rest] = [...command, process.execPath, bin, ...args]
  const child = spawn(program, rest, { cwd: folder, env: { ...process.env, CODENODE_DATA_DIR: dataDir, ...env } })
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8')
    child[name].on('data', (chunk: string) => {
      said[name] += chunk
      // Spawned, or nothing would be said.
      if (name === 'stderr') onStderr?.(said.stderr, child.pid as number)
    })
  }
  child.stdin.end(input)
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { exitCode, ...said }
}

describe('codenode run', () => {
  test('runs a bare program, shows its logs on stderr and what main returned on stdout, and ends with 0', async () => {
    const { exitCode, stdout, stderr } = await codenode(['run', double, '--input', 'n=21', '--input', 'who:=7'])
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^ +\d+ ms stdout │ for 7\n$/)
    expect(stdout).toMatch(/^✓ succeeded {2}double\.py\n\nOutputs\n {2}n {4}42\n {2}who {2}"7"\n/)
    expect(stdout).toContain('isolation namespaces+landlock+seccomp')
    expect(stdout + stderr).not.toMatch(/\u001b/)
  })

  test('--json prints the record alone, integers with all their digits', async () => {
    const { exitCode, stdout, stderr } = await codenode(['run', double, '--json', '--inputs', '-'], {
      input: '{"n": 4503599627370497}',
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(stdout).toContain('"n":9007199254740994')
    const record = runRecordSchema.parse(JSON.parse(stdout))
    expect(record).toMatchObject({ status: 'succeeded', node: { id: null, title: 'double.py' }, warnings: [] })
    expect(record.logs).toMatchObject([{ stream: 'stdout', text: 'for you\n' }])
  })

  test('reads a node of a Dify export, and its id', async () => {
    const exported = file(
      'exported.yml',
      `id: '1720000'\ndata:\n  ${node('outputs: {b: {type: number}}').replaceAll('\n', '\n  ')}`,
    )
    const { exitCode, stdout } = await codenode(['run', exported, '--input', 'a=1', '--json'])
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({
      exitCode: 0,
      outputs: { b: 1 },
      node: { id: '1720000', title: 'T' },
    })
  })

  test('code that fails ends with 1 and shows message, traceback and what to do', async () => {
    const { exitCode, stdout } = await codenode(['run', failing])
    expect(exitCode).toBe(1)
    expect(stdout).toMatch(
      /^✗ failed {2}fail\.js\n\n {2}Error: no luck\n\n {2}main\.js:5\n {4}throw new Error\('no luck'\)/,
    )
    expect(stdout).toContain('What to do')
  })

  test('a program that lacks an input is told which option gives it', async () => {
    const { exitCode, stdout } = await codenode(['run', double])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('What to do  Give main what it takes: --input n=…\n')
  })

  test('an input that begins like JSON and is none is text, which is told', async () => {
    const { exitCode, stdout, stderr } = await codenode(['run', double, '--input', 'n=1', '--input', 'who=[a, b'])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('who  "[a, b"')
    expect(stderr).toContain('who begins like JSON and is none, so it is text: [a, b. who:=… says that text')
  })

  test('logs arrive while the program still runs', async () => {
    const slow = file('slow.py', 'import time\ndef main():\n    print("early")\n    time.sleep(1)\n    return {}\n')
    let earlyMs = 0
    await codenode(['run', slow], { onStderr: (text) => (earlyMs ||= text.includes('early') ? performance.now() : 0) })
    expect(performance.now() - earlyMs).toBeGreaterThan(800)
  })

  test('colour only on a terminal and without NO_COLOR', async () => {
    const pty = ['python3', '-c', 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))']
    const args = ['run', double, '--input', 'n=1']
    // What Node.js asks before it colours, whatever the place sets in which the tests run: CI counts as no colours.
    const env = {
      TERM: 'xterm',
      CI: undefined,
      FORCE_COLOR: undefined,
      NODE_DISABLE_COLORS: undefined,
      NO_COLOR: undefined,
    }
    expect((await codenode(args, { command: pty, env })).stdout).toContain('\u001b[32m✓ succeeded\u001b[39m')
    expect((await codenode(args, { command: pty, env: { ...env, NO_COLOR: '1' } })).stdout).not.toContain('\u001b')
  })

  test('what a program prints cannot steer the terminal', async () => {
    const sly = file(
      'sly.py',
      'def main():\n    print("\\x1b[2J\\x1b]0;owned\\x07")\n    return {"a": "\\x1b[31m", "b": [{"c": "\\u202e"}]}\n',
    )
    const { stdout, stderr } = await codenode(['run', sly])
    expect(stdout + stderr).not.toMatch(/[\u001b\u0007\u202e]/)
    expect(stderr).toContain('\\u001b[2J')
  })

  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s cancels the run, leaves no process and no file, and ends with 130',
    async (signal) => {
      const forever = file('forever.py', 'def main():\n    print("begun")\n    while True: pass\n')
      let family: number[] = []
      const { exitCode, stdout } = await codenode(
        ['run', forever, '--json'].filter((it) => it !== '--json'),
        {
          onStderr: (text, pid) => {
            if (!text.includes('begun') || family.length > 0) return
            family = [pid, ...descendants(pid)]
            process.kill(pid, signal)
          },
        },
      )
      expect(exitCode).toBe(130)
      expect(stdout).toMatch(/^■ cancelled {2}forever\.py/)
      expect(family.length).toBeGreaterThan(2)
      // What was killed is gone when the kernel has seen to it.
      await expect.poll(() => family.filter(isAlive)).toEqual([])
      expect(readdirSync(path.join(dataDir, 'run')).filter((name) => name.startsWith(`${family[0]}-`))).toEqual([])
    },
  )

  test('killed by force, its processes end with it', async () => {
    const forever = file('forever.js', 'function main() { console.log("begun"); for (;;); }\n')
    let family: number[] = []
    await codenode(['run', forever], {
      onStderr: (text, pid) => {
        if (!text.includes('begun') || family.length > 0) return
        family = [pid, ...descendants(pid)]
        process.kill(pid, 'SIGKILL')
      },
    })
    expect(family.length).toBeGreaterThan(2)
    await expect.poll(() => family.filter(isAlive)).toEqual([])
    for (const name of readdirSync(path.join(dataDir, 'run'))) {
      if (name.startsWith(`${family[0]}-`)) rmSync(path.join(dataDir, 'run', name), { recursive: true })
    }
  })

  const wrong: [title: string, args: () => string[], exitCode: number, says: RegExp][] = [
    ['no file', () => ['run'], 2, /missing required argument 'file'/],
    ['a file that is not there', () => ['run', 'nowhere.py'], 2, /nowhere\.py does not exist/],
    ['an unknown ending', () => ['run', 'program.rb'], 2, /files that end in \.rb cannot be run[\s\S]*\.py/],
    ['an unknown option', () => ['run', double, '--fast'], 2, /unknown option '--fast'/],
    ['an unknown command', () => ['rnu'], 2, /unknown command 'rnu'/],
    ['an input without a name', () => ['run', double, '--input', '=5'], 2, /has no name and value[\s\S]*name=value/],
    [
      'broken YAML',
      () => ['run', file('broken.yml', 'type: code\ncode: "x\n')],
      2,
      /broken\.yml, line 2, column 7 starts a quoted string that is never closed\./,
    ],
    [
      'broken inputs',
      () => ['run', double, '--inputs', file('in.json', '{"n": 1,\n "m": oops}')],
      2,
      /in\.json, line 2, column 7/,
    ],
    [
      'a workflow without nodes',
      () => ['run', file('flow.yml', 'app: {}\nworkflow: {graph: {nodes: []}}')],
      2,
      /The workflow cannot be run\.\n- workflow\.graph/,
    ],
    ['a node of another type', () => ['run', file('llm.yml', 'type: llm\nmodel: x')], 2, /of type "llm"/],
    [
      'a node that is wrong',
      () => ['run', file('wrong.yml', node('outputs: {b: {type: text}}'))],
      2,
      /outputs\.b\.type is the string "text"; it must be one of/,
    ],
    [
      'a wrong configuration',
      () => ['run', double, '--config', file('bad.yaml', 'spares: -1\nlimits: {wallMs: 0, nope: 1}\n')],
      2,
      /spares[\s\S]*limits\.nope[\s\S]*limits\.wallMs/,
    ],
  ]
  test.each(wrong)('%s: says what happened and what to do', async (_, args, exitCode, says) => {
    const ended = await codenode(args())
    expect(ended).toMatchObject({ exitCode, stdout: '' })
    expect(ended.stderr).toMatch(says)
  })

  test('a sandbox that cannot be had ends with 3; with --json the error is an object', async () => {
    const ended = await codenode(['run', double, '--input', 'n=1', '--json'], {
      env: { CODENODE_BWRAP: '/nonexistent/bwrap' },
    })
    expect(ended.exitCode).toBe(3)
    expect(ended.stderr).toContain('bubblewrap (/nonexistent/bwrap) is missing')
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'sandbox_unavailable', blame: 'platform' } })
  })

  test('the limits of the configuration count', async () => {
    const config = file('codenode.yaml', 'limits: {wallMs: 200}\n')
    const asleep = file('asleep.py', 'import time\ndef main(): time.sleep(20)\n')
    const { exitCode, stdout } = await codenode(['run', asleep, '--json'], { env: { CODENODE_CONFIG: config } })
    rmSync(config)
    expect({ exitCode, ...JSON.parse(stdout) }).toMatchObject({ exitCode: 1, error: { code: 'wall_time_exceeded' } })
  })
})

test('a misspelt subcommand is told with the one that is meant', async () => {
  const { exitCode, stderr } = await codenode(['packages', 'instal'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain("error: unknown command 'instal' (did you mean install?)")
})

test('all that is wrong in a configuration is told at once', async () => {
  const text = Array.from({ length: 20 }, (_, index) => `setting${index}: 1\n`).join('')
  const { exitCode, stderr } = await codenode(['packages', '--config', file('wrong.yaml', text)])
  expect(exitCode).toBe(2)
  expect(stderr.match(/wrong\.yaml: setting\d+ is not a setting/g)).toHaveLength(20)
  expect(stderr).not.toContain('more')
})

test('codenode packages lists name and version, and says what is preloaded', async () => {
  const installed = { env: { CODENODE_DATA_DIR: findDataDir() } }
  const { exitCode, stdout } = await codenode(['packages'], installed)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Python {2}\d+ packages/)
  expect(stdout).toMatch(/\n {2}● numpy +\d+\.\d+/)
  expect(stdout).toMatch(/\n {2}● lodash +4\.\d+/)
  const listed = JSON.parse((await codenode(['packages', '--json'], installed)).stdout) as Record<
    string,
    { name: string }[]
  >
  expect(listed.python?.find(({ name }) => name === 'pandas')).toMatchObject({
    importNames: ['pandas'],
    preloaded: true,
  })
  expect(listed.javascript?.find(({ name }) => name === 'moment')).toMatchObject({
    importNames: ['moment'],
    preloaded: true,
  })
})

test('a Node.js that was built without TypeScript, as Debian builds it, hands over to the one that is installed here', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-strip-types', bin, '--version'])
  expect([status, String(stdout), String(stderr)]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/), ''])
})

test('codenode doctor finds that every layer holds, in both languages', async () => {
  const { exitCode, stdout } = await codenode(['doctor', '--json'])
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { group: string; state: string }[] }
  expect(checks.filter(({ state }) => state === 'gap')).toEqual([])
  expect({ ok, exitCode }).toEqual({ ok: true, exitCode: 0 })
  for (const group of ['Python', 'JavaScript and TypeScript']) {
    expect(checks.filter((it) => it.group === group && it.state === 'holds').length).toBeGreaterThan(20)
  }
}, 240_000)

function descendants(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((it) => parentOf(it) === pid)
  return children.flatMap((it) => [it, ...descendants(it)])
}

function parentOf(pid: number): number | null {
  try {
    // After the name, which may hold spaces and brackets.
    return Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) \S /s, '')
        .split(' ')[0],
    )
  } catch {
    return null
  }
}

/** A process that has ended and waits for its parent counts as gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}
