/** What another user, or a repository that was cloned, puts in the way of the command is neither run nor obeyed. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

const isRoot = process.getuid?.() === 0
/** A user that is no user of this machine. */
const stranger = '34567'
const bin = path.resolve(import.meta.dirname, '../bin/codenode.js')
const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-planted-'))
chmodSync(scratch, 0o755)
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

let shared: string
let work: string
/** What a planted program writes when it is run. */
let mark: string
beforeEach(() => {
  shared = mkdtempSync(path.join(scratch, 'shared-'))
  chmodSync(shared, 0o1777)
  work = path.join(shared, 'work')
  mkdirSync(work, { mode: 0o755 })
  writeFileSync(path.join(work, 'a.py'), 'def main():\n    return {"a": 1}\n')
  mark = path.join(shared, 'mark')
})

/** `another user` is one where there is more than one: only root can be two. */
type Planter = 'another user' | 'a cloned repository'
const planters: Planter[] = isRoot ? ['another user', 'a cloned repository'] : ['a cloned repository']

function plant(planter: Planter, script: string): void {
  const as =
    planter === 'another user' ? ['setpriv', `--reuid=${stranger}`, `--regid=${stranger}`, '--clear-groups'] : []
  const args = [...as, 'sh', '-euc', `umask 022; cd ${shared}; ${script}`]
  const { status, stderr } = spawnSync('env', args, { encoding: 'utf8' })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
}

const interpreter = () =>
  `mkdir -p .codenode/packages/python/bin .codenode/packages/javascript/node_modules
   printf '#!/bin/sh\\necho run >${mark}\\nexec /usr/bin/python3 "$@"\\n' >.codenode/packages/python/bin/python
   chmod 755 .codenode/packages/python/bin/python`

function codenode(args: string[], env: Record<string, string> = {}) {
  const { PATH, HOME } = process.env
  const all = { PATH, HOME, ...env }
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    cwd: work,
    env: all,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** A run that went as it should, with the packages of the installation. */
function expectHonestRun(env: Record<string, string> = {}): string {
  const { status, stdout, stderr } = codenode(['run', 'a.py', '--json'], env)
  expect({ status, stderr }).toMatchObject({ status: 0 })
  expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', outputs: { a: 1 } })
  expect(existsSync(mark)).toBe(false)
  return stderr
}

describe.each(planters)('%s', (planter) => {
  test('plants a .codenode above: its interpreter is not run, by no command', () => {
    plant(planter, interpreter())
    // A folder of many users is not used, whoever owns what is in it; a clone lies in one of our own.
    if (planter === 'a cloned repository') chmodSync(shared, 0o755)
    const stderr = expectHonestRun()
    expect(stderr).toContain(
      planter === 'another user' ? `${shared}/.codenode is not used: ` : `${shared}/.codenode is used, which was found`,
    )
    expect(stderr.split('\n')).toHaveLength(2)
    const { stdout } = codenode(['packages', '--json'])
    expect((JSON.parse(stdout) as { python: unknown[] }).python.length).toBeGreaterThan(10)
    expect(existsSync(mark)).toBe(false)
  })

  test('plants a codenode.yaml that weakens: it is refused, or told where it is ours', () => {
    plant(planter, 'printf "isolation: landlock+seccomp\\nlimits: {wallMs: 60000}\\n" >codenode.yaml')
    if (planter === 'a cloned repository') chmodSync(shared, 0o755)
    const { status, stdout, stderr } = codenode(['packages'])
    if (planter === 'another user') {
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
      expect(stderr).toContain(`${shared}/codenode.yaml was found from the working folder upwards and is not obeyed: `)
      expect(stderr).toContain(`belongs to another user (uid ${stranger})`)
      expect(stderr).toContain('--config or CODENODE_CONFIG')
    } else {
      expect(status).toBe(0)
      expect(stderr).toContain('loosens isolation: landlock+seccomp, limits.wallMs: 60000')
    }
    writeFileSync(path.join(work, 'mine.yaml'), 'limits: {wallMs: 60000}\n')
    expect(expectHonestRun({ CODENODE_CONFIG: path.join(work, 'mine.yaml') })).toBe('')
  })

  test('plants a codenode.yaml that names folders: it is refused', () => {
    plant(planter, `${interpreter()}; printf "packagesDir: .codenode/packages\\n" >codenode.yaml`)
    if (planter === 'a cloned repository') chmodSync(shared, 0o755)
    const { status, stderr } = codenode(['run', 'a.py'])
    expect(status).toBe(2)
    expect(stderr).toMatch(/packagesDir counts only in a file that is named|is not obeyed/)
    expect(existsSync(mark)).toBe(false)
  })

  test('plants a .codenode full of links: runs are kept elsewhere, and what the links lead to stays as it is', () => {
    const precious = path.join(work, 'precious')
    mkdirSync(precious)
    for (let count = 0; count < 120; count++) writeFileSync(path.join(precious, `file-${count}`), 'mine')
    plant(planter, `mkdir .codenode; ln -s ${precious} .codenode/workflow-runs`)
    if (planter === 'a cloned repository') chmodSync(shared, 0o755)
    expect(expectHonestRun()).toContain(`${shared}/.codenode is not used: `)
    // Named, it is used, and still only runs are taken away.
    writeFileSync(path.join(work, 'w.yml'), workflow)
    const env = { CODENODE_DATA_DIR: path.join(shared, '.codenode') }
    expect(codenode(['run', 'w.yml'], env)).toMatchObject({ status: 0 })
    expect(Array.from({ length: 120 }, (_, count) => existsSync(path.join(precious, `file-${count}`)))).not.toContain(
      false,
    )
  })
})

const workflow = JSON.stringify({
  graph: {
    nodes: [
      { id: 'start', data: { type: 'start', title: 'Start', variables: [] } },
      { id: 'end', data: { type: 'end', title: 'End', outputs: [] } },
    ],
    edges: [{ id: 'a', source: 'start', target: 'end', sourceHandle: 'source', targetHandle: 'target' }],
  },
})

test('a folder that others can write is no place for data: the command asks for one', () => {
  chmodSync(shared, 0o777)
  // The installation's own folder is taken where it can be written; a command that is installed elsewhere has none.
  const elsewhere = installElsewhere()
  const { PATH, HOME } = process.env
  const run = (env: Record<string, string>) =>
    spawnSync(process.execPath, [elsewhere, 'packages'], { cwd: work, env: { PATH, HOME, ...env }, encoding: 'utf8' })
  const refused = run({})
  expect(refused.status).toBe(2)
  expect(refused.stderr).toMatch(
    /dataDir would be .* not safe: .*shared.* can be written by every user\. .*--data-dir or CODENODE_DATA_DIR/,
  )
  expect(run({ CODENODE_DATA_DIR: work }).status).toBe(0)
})

test('beside an installation in a shared folder, what others have put there is not run', () => {
  const elsewhere = installElsewhere()
  const root = path.resolve(elsewhere, '../../../..')
  const packages = path.join(root, '.codenode/packages/python/bin')
  mkdirSync(packages, { recursive: true, mode: 0o755 })
  writeFileSync(path.join(packages, 'python'), `#!/bin/sh\necho run >${mark}\n`, { mode: 0o755 })
  chmodSync(path.join(root, '.codenode'), 0o777)
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, CODENODE_DATA_DIR: work }
  const run = (args: string[], more = {}) =>
    spawnSync(process.execPath, [elsewhere, ...args], { cwd: work, env: { ...env, ...more }, encoding: 'utf8' })
  const { status, stderr } = run(['run', 'a.py'])
  expect(status).toBe(2)
  expect(stderr).toMatch(/packagesDir is .*\.codenode can be written by every user/)
  expect(existsSync(mark)).toBe(false)
  // Who names it says that it is meant.
  run(['run', 'a.py'], { CODENODE_PACKAGES_DIR: path.join(root, '.codenode/packages') })
  expect(existsSync(mark)).toBe(true)
})

test('a Node.js that lies in a folder above the installation is not started if others can write it', () => {
  const program = path.join(installElsewhere(), '../..')
  rmSync(path.join(shared, 'project/node_modules'))
  const planted = path.join(shared, `node_modules/node-linux-${process.arch}`)
  mkdirSync(path.join(planted, 'bin'), { recursive: true })
  writeFileSync(path.join(planted, 'package.json'), '{}')
  writeFileSync(path.join(planted, 'bin/node'), `#!/bin/sh\necho run >${mark}\n`, { mode: 0o755 })
  const old = "Object.defineProperty(process.versions, 'node', { value: '20.0.0' })"
  const start = (...flags: string[]) =>
    spawnSync(process.execPath, [...flags, path.join(program, 'bin/codenode.js'), '--version'], { encoding: 'utf8' })
  const asOld = ['--import', `data:text/javascript,${old}`]
  chmodSync(path.join(shared, 'node_modules'), 0o777)
  expect(start(...asOld)).toMatchObject({
    status: 3,
    stderr: expect.stringContaining('other users can write it') as string,
  })
  expect(existsSync(mark)).toBe(false)
  chmodSync(path.join(shared, 'node_modules'), 0o755)
  if (isRoot) {
    spawnSync('chown', ['-R', stranger, planted])
    expect(start(...asOld).status).toBe(3)
    spawnSync('chown', ['-R', '0', planted])
  }
  start(...asOld)
  expect(existsSync(mark)).toBe(true)
})

test('what Node compiled is kept beside the installation, but not where others could have put it', () => {
  const elsewhere = installElsewhere()
  const own = path.resolve(elsewhere, '../../../../.codenode')
  const cache = path.join(own, 'compile-cache')
  const start = () => expect(spawnSync(process.execPath, [elsewhere, '--version']).status).toBe(0)
  rmSync(own, { recursive: true, force: true })
  // No data folder comes of asking for the version.
  start()
  expect(existsSync(own)).toBe(false)
  mkdirSync(own, { mode: 0o755 })
  start()
  expect(readdirSync(cache)).not.toEqual([])
  rmSync(cache, { recursive: true })
  for (const open of [own, cache]) {
    mkdirSync(cache, { recursive: true, mode: 0o700 })
    chmodSync(open, 0o777)
    start()
    expect(readdirSync(cache)).toEqual([])
    chmodSync(open, 0o755)
  }
})

/** The command as a project has it, below `node_modules`, run from its sources. */
function installElsewhere(): string {
  const from = path.resolve(import.meta.dirname, '..')
  const root = path.join(shared, 'project/packages')
  mkdirSync(path.join(root, 'codenode'), { recursive: true, mode: 0o755 })
  for (const name of ['bin', 'packages', 'runtimes', 'src', 'package.json']) {
    cpSync(path.join(from, name), path.join(root, 'codenode', name), { recursive: true })
  }
  symlinkSync(path.resolve(from, '../../node_modules'), path.join(shared, 'project/node_modules'))
  return path.join(root, 'codenode/bin/codenode.js')
}
