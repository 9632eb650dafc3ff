/** What `npm run pack` makes, as another project has it: below `node_modules`, where Node reads no TypeScript. */
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDataDir } from './support/service.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')
const project = mkdtempSync(path.join(tmpdir(), 'codenode-project-'))
const dataDir = makeDataDir()
const env = { PATH: process.env.PATH, HOME: project, CODENODE_DATA_DIR: dataDir }
const isBuilt = existsSync(path.join(root, 'packages/web/dist/index.html'))

const program = `
import { type CodeNodeInput, createCodenode, defineNode } from 'codenode'
import { createClient } from 'codenode/client'
import { checkNode } from 'codenode/contract'

const node: CodeNodeInput = {
  type: 'code',
  code_language: 'python3',
  code: 'def main(a):\\n    return {"n": a + 1}\\n',
  variables: [{ variable: 'a' }],
  outputs: { n: { type: 'number' } },
}
await using codenode = await createCodenode({ spares: 0 })
const record = await codenode.runNode(node, { a: 41 })
const typed = defineNode({ ...node, variables: [{ variable: 'a' }], outputs: { n: { type: 'number' } } })
const known = await codenode.runNode(typed, { a: 1 })
if (known.status === 'succeeded') known.outputs.n satisfies number | bigint | null
console.log(JSON.stringify([record.status, record.outputs, checkNode(node), typeof createClient]))
`

const page = `
import type { CodeNodeInput } from 'codenode'
import { CodeNodePanel as Same } from 'codenode-web'
import { CodeNodePanel, type CodeNodePanelProps } from 'codenode-web/embed'
// A node of the library is a node of the panel.
export const ofLibrary = (node: CodeNodeInput, props: CodeNodePanelProps) => <Same {...props} node={node} />
export const Panel = (props: CodeNodePanelProps) => <CodeNodePanel {...props} />
// @ts-expect-error A panel needs its node.
export const empty = <CodeNodePanel />
`

const settings = {
  compilerOptions: {
    ...{ strict: true, module: 'nodenext', target: 'es2024', lib: ['es2024', 'esnext.disposable', 'dom'] },
    ...{ jsx: 'react-jsx', outDir: 'out', types: ['node'] },
  },
  include: ['*.mts', '*.tsx'],
}

beforeAll(async () => {
  if (!isBuilt) return
  mkdirSync(path.join(project, 'packed'))
  writeFileSync(path.join(project, 'packed/mine.txt'), 'to keep')
  await run(process.execPath, ['scripts/pack.ts', path.join(project, 'packed')], { cwd: root })
  for (const name of ['codenode', 'codenode-web']) await install(name)
  // What the two need is installed already; a project would have it from its registry.
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name.startsWith('.') || name.startsWith('codenode')) continue
    symlinkSync(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name))
  }
  writeFileSync(path.join(project, 'main.mts'), program)
  writeFileSync(path.join(project, 'page.tsx'), page)
  writeFileSync(path.join(project, 'package.json'), '{"type": "module"}')
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(settings))
}, 300_000)

afterAll(() => {
  for (const folder of [project, dataDir]) rmSync(folder, { recursive: true })
})

async function install(name: string): Promise<void> {
  const folder = path.join(project, 'node_modules', name)
  mkdirSync(folder, { recursive: true })
  const packed = path.join(project, 'packed')
  const file = readdirSync(packed).find((it) => /^(.*)-\d.*\.tgz$/.exec(it)?.[1] === name) ?? name
  await run('tar', ['-xzf', path.join(packed, file), '-C', folder, '--strip-components=1'])
}

const codenode = (...args: string[]) =>
  run(process.execPath, [path.join(project, 'node_modules/codenode/bin/codenode.js'), ...args], { cwd: project, env })

describe.skipIf(!isBuilt)('an installed package', () => {
  test('compiles against its declarations, with the panel, and runs a node', async () => {
    await run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', project])
    const { stdout } = await run(process.execPath, ['out/main.mjs'], { cwd: project, env })
    expect(JSON.parse(stdout)).toEqual(['succeeded', { n: 42 }, [], 'function'])
  })

  test('has the command, which finds the runtimes and packages', async () => {
    writeFileSync(
      path.join(project, 'double.js'),
      'const main = ({ n }) => ({ twice: require("lodash").multiply(n, 2) })\n',
    )
    const { stdout } = await codenode('run', 'double.js', '--input', 'n=21', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ status: 'succeeded', outputs: { twice: 42 } })
    expect((await codenode('doctor')).stdout).toContain('All required checks passed')
  })

  test('shows the demo of the clone, with data of its own', async () => {
    const folder = path.join(project, 'node_modules/vega-datasets')
    // A project does not have it.
    rmSync(folder)
    try {
      expect((await codenode('demo')).stdout).toContain('All as expected: 7 nodes and a workflow')
    } finally {
      symlinkSync(path.join(root, 'node_modules/vega-datasets'), folder)
    }
  })

  test('looks for its packages beside the project, not where it is called', async () => {
    const own = path.join(project, '.codenode')
    mkdirSync(own, { recursive: true, mode: 0o755 })
    symlinkSync(path.join(dataDir, 'packages'), path.join(own, 'packages'))
    const [PATH, folder] = [process.env.PATH, path.join(project, 'deep/er')]
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    const list = async (more = {}) => {
      const command = path.join(project, 'node_modules/codenode/bin/codenode.js')
      const { stdout } = await run(process.execPath, [command, 'packages'], { cwd: folder, env: { PATH, ...more } })
      return stdout
    }
    expect(await list()).toMatch(/● lodash/)
    expect(await list({ CODENODE_PACKAGES_DIR: folder })).toContain(
      `in ${folder}: npx codenode packages install --packages-dir ${folder}\n`,
    )
  })

  test('has no benchmark, and does not take a file of the project for it', async () => {
    mkdirSync(path.join(project, 'bench'))
    writeFileSync(path.join(project, 'bench/main.ts'), "console.log('the file of the project')")
    await expect(codenode('bench')).rejects.toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('The benchmark is part of the repository') as string,
    })
  })

  test('is put beside what the folder holds already', () => {
    expect(readdirSync(path.join(project, 'packed')).filter((file) => !file.endsWith('.tgz'))).toEqual(['mine.txt'])
  })

  test('brings the editor, and no sources, tests or caches', () => {
    const folder = path.join(project, 'node_modules/codenode')
    expect(readFileSync(path.join(folder, 'web/index.html'), 'utf8')).toContain('<script type="module"')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    expect(files.filter((file) => /\.test\.|__pycache__|^src\b|(?<!\.d)\.ts$/.test(file))).toEqual([])
    expect(files).toContain('packages/install')
    expect(files).toContain('LICENSE')
  })

  test.each(['codenode/web', 'codenode-web/dist-embed'])(
    'lists the licences of all that is bundled in %s',
    (folder) => {
      const licences = readFileSync(path.join(project, 'node_modules', folder, 'LICENSES.md'), 'utf8')
      expect(licences).toMatch(/codemirror/)
      expect(licences).toMatch(/MIT/)
    },
  )
})
