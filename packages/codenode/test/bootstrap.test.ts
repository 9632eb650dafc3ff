/** `scripts/bootstrap` in a clone of its own, with an npm that does as old ones do. The real thing: scripts/fresh-machine. */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

const root = path.resolve(import.meta.dirname, '../../..')
const scratch = mkdtempSync(path.join(tmpdir(), 'codenode-bootstrap-'))
const clone = path.join(scratch, 'clone')
const bin = path.join(scratch, 'bin')
afterAll(() => rmSync(scratch, { recursive: true }))

function write(file: string, text: string, mode = 0o644): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text, { mode })
}

/** Installs what a build of the editor needs, and as npm 9 does: no link to the Node.js, which nothing makes executable. */
const npm = `#!/bin/sh
echo "$@" >>"${scratch}/npm.log"
mkdir -p node_modules/node-linux-${process.arch}/bin node_modules/node-linux-other/bin node_modules/vite/bin
cp "${process.execPath}" node_modules/node-linux-${process.arch}/bin/node
chmod 644 node_modules/node-linux-${process.arch}/bin/node
echo not for this processor >node_modules/node-linux-other/bin/node
echo 'import fs from "node:fs"; const to = process.argv[5]; fs.mkdirSync(to, { recursive: true }); fs.writeFileSync(to + "/index.html", process.version)' >node_modules/vite/bin/vite.js
echo '{"type": "module"}' >node_modules/vite/package.json
`

beforeEach(() => {
  rmSync(scratch, { recursive: true })
  for (const file of ['scripts/bootstrap', 'packages/codenode/packages/step.sh']) {
    cpSync(path.join(root, file), path.join(clone, file))
  }
  write(
    path.join(clone, 'packages/codenode/packages/install'),
    `#!/bin/sh\necho "$@" >"${scratch}/install.log"\n`,
    0o755,
  )
  for (const file of ['index.html', 'vite.config.ts', 'package.json', 'src/a.ts', 'public/a.svg']) {
    write(path.join(clone, 'packages/web', file), '')
  }
  for (const folder of ['contract', 'json', 'values', 'reading', 'document', 'client']) {
    write(path.join(clone, 'packages/codenode/src', folder, 'a.ts'), '')
  }
  write(path.join(clone, 'package-lock.json'), '{}')
  write(path.join(clone, '.codenode/packages/python/bin/python'), '', 0o755)
  write(path.join(bin, 'npm'), npm, 0o755)
  write(path.join(bin, 'bwrap'), '', 0o755)
})

function bootstrap(): { status: number | null; stderr: string } {
  const env = { PATH: `${bin}:${process.env.PATH}` }
  const { status, stderr } = spawnSync(path.join(clone, 'scripts/bootstrap'), { env, encoding: 'utf8' })
  return { status, stderr }
}

const link = path.join(clone, 'node_modules/.bin/node')
const versionOfLink = () => spawnSync(link, ['-v'], { encoding: 'utf8' }).stdout.trim()

describe('an npm that makes no link to the Node.js it installs', () => {
  test('the link is made, and the editor is built by it', () => {
    expect(bootstrap().status).toBe(0)
    expect(readlinkSync(link)).toBe(`../node-linux-${process.arch}/bin/node`)
    expect(versionOfLink()).toBe(process.version)
    expect(existsSync(path.join(clone, 'packages/web/dist/index.html'))).toBe(true)
  })

  test('a link that was lost is made again without npm, and the next time nothing is done', () => {
    bootstrap()
    rmSync(link)
    rmSync(path.join(scratch, 'npm.log'))
    expect(bootstrap()).toEqual({ status: 0, stderr: '' })
    expect(versionOfLink()).toBe(process.version)
    expect(bootstrap()).toEqual({ status: 0, stderr: '' })
    expect(existsSync(path.join(scratch, 'npm.log'))).toBe(false)
  })

  test('without a Node.js for this processor it says so and ends with 1', () => {
    write(path.join(bin, 'npm'), '#!/bin/sh\nmkdir node_modules\n', 0o755)
    const { status, stderr } = bootstrap()
    expect(status).toBe(1)
    expect(stderr).toContain('npm installed no Node.js that runs on ')
  })
})

describe('a Node.js that will not do', () => {
  test('one that is too old is told in one line, with a command that gets another', () => {
    const node = `#!/bin/sh\ncase $2 in *arch) echo ${process.arch} ;; *) echo 18.20.4 ;; esac\n`
    write(path.join(bin, 'node'), node, 0o755)
    const { status, stderr } = bootstrap()
    expect(status).toBe(2)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toContain('Node.js 20 or newer is needed, and this is 18.20.4')
    const folder = '$HOME/.local/node-24'
    expect(stderr).toContain(
      `npm install --prefix "${folder}" node-linux-${process.arch}@24 && export PATH="${folder}/node_modules/node-linux-${process.arch}/bin:$PATH"`,
    )
    expect(existsSync(path.join(scratch, 'npm.log'))).toBe(false)
  })

  test('one that is missing is told with where to get it', () => {
    write(path.join(bin, 'node'), '#!/bin/sh\nexit 127\n', 0o755)
    expect(bootstrap()).toMatchObject({ status: 2, stderr: expect.stringContaining('nodejs.org') as string })
  })
})
