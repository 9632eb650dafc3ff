/** What `npm run pack` makes, as another project has it: below `node_modules`, where Node reads no TypeScript. */
import { execFile } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toPackedPage } from '../../../scripts/packed-pages.ts'
import { makeDataDir } from './support/service.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')
const project = mkdtempSync(path.join(tmpdir(), 'codenode-project-'))
const dataDir = makeDataDir('installed')
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

const server = `
import { createService, type Service, type ServiceOptions } from 'codenode-server'
import { createClient } from 'codenode/client'
import fastify from 'fastify'

const options: ServiceOptions = { spares: 0, history: { maxRuns: 10 } }
const service: Service = await createService(options)
const app = fastify()
await app.register(service.routes, { prefix: '/code' })
const baseUrl = (await app.listen({ port: 0, host: '127.0.0.1' })) + '/code'
const record = await createClient({ baseUrl }).runNode({ node: { type: 'code', code: 'def main(): return {"n": 42}', outputs: { n: { type: 'number' } } } })
const own = await service.codenode.runCode('python', 'def main(): return {"n": 7}')
const editor = await (await fetch(baseUrl + '/')).text()
await app.close()
console.log(JSON.stringify([record.outputs, own.outputs, editor.includes('content="/code"')]))
// @ts-expect-error Settings that there are not.
export const wrong: ServiceOptions = { maxRuning: 3 }
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
  for (const name of ['codenode', 'codenode-server', 'codenode-web']) await install(name)
  // What the two need is installed already; a project would have it from its registry.
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name.startsWith('.') || name.startsWith('codenode')) continue
    symlinkSync(path.join(root, 'node_modules', name), path.join(project, 'node_modules', name))
  }
  writeFileSync(path.join(project, 'main.mts'), program)
  writeFileSync(path.join(project, 'serve.mts'), server)
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

  test('has the documentation, whose links lead somewhere', () => {
    const folder = path.join(project, 'node_modules/codenode')
    const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /^(README|SECURITY|docs\/)/.test(file) && file.endsWith('.md'),
    )
    expect(pages.length).toBeGreaterThan(15)
    const dead = pages.flatMap((page) => {
      const text = readFileSync(path.join(folder, page), 'utf8')
      const targets = [...text.matchAll(/\]\(([^)\s#`]+)/g)].map(([, target = '']) => target)
      const files = targets.filter((target) => !/^[a-z]+:/.test(target))
      return files.filter((file) => !existsSync(path.join(folder, path.dirname(page), file)))
    })
    expect(dead).toEqual([])
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

  test('mounts the service in a server of the project, which compiles against its declarations', async () => {
    const { stdout } = await run(process.execPath, ['out/serve.mjs'], { cwd: project, env })
    expect(JSON.parse(stdout)).toEqual([{ n: 42 }, { n: 7 }, true])
  })

  test.each([
    ['codenode/bin/codenode.js', ['serve', '--help']],
    ['codenode-server/bin/codenode-server.js', ['--help']],
  ])('starts the service by %s', async (bin, args) => {
    const command = path.join(project, 'node_modules', bin)
    const { stdout } = await run(process.execPath, [command, ...args], { cwd: project, env })
    expect(stdout).toContain('Usage: codenode serve')
  })

  test.each(['serve', 'mcp'])('says how to install what `codenode %s` needs', async (command) => {
    const folder = path.join(project, 'node_modules/codenode-server')
    renameSync(folder, `${folder}.away`)
    try {
      await expect(codenode(command)).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /which is not installed\.\n +Install it .*: npm install codenode-server@\d/,
        ) as string,
      })
    } finally {
      renameSync(`${folder}.away`, folder)
    }
  })

  test('does not serve by a package of another version', async () => {
    const file = path.join(project, 'node_modules/codenode-server/package.json')
    const manifest = readFileSync(file, 'utf8')
    writeFileSync(file, manifest.replace(/"version": "[^"]+"/, '"version": "99.0.0"'))
    try {
      await expect(codenode('serve')).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringContaining('codenode-server of 99.0.0') as string,
      })
    } finally {
      writeFileSync(file, manifest)
    }
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
    const packages = path.join(project, 'node_modules')
    const files = ['codenode', 'codenode-server', 'codenode-web'].flatMap((name) =>
      readdirSync(path.join(packages, name), { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join(name, file),
      ),
    )
    expect(files.filter((file) => /\.test\.|__pycache__|^[\w-]+\/src\b|(?<!\.d)\.ts$/.test(file))).toEqual([])
    expect(files).toContain('codenode/packages/install')
    for (const name of ['codenode', 'codenode-server', 'codenode-web']) expect(files).toContain(`${name}/LICENSE`)
    // An embedder of the library does not get it.
    expect(files.filter((file) => /^codenode\/web\b/.test(file))).toEqual([])
    expect(readFileSync(path.join(packages, 'codenode-server/web/index.html'), 'utf8')).toContain(
      '<script type="module"',
    )
  })

  test.each(['codenode-server/web', 'codenode-web/dist-embed'])(
    'lists the licences of all that is bundled in %s',
    (folder) => {
      const licences = readFileSync(path.join(project, 'node_modules', folder, 'LICENSES.md'), 'utf8')
      expect(licences).toMatch(/codemirror/)
      expect(licences).toMatch(/MIT/)
    },
  )
})

/** As npm would install it, by the lock file: what it needs, and what that needs. */
function needsOf(name: string, packages: Record<string, Locked>): Set<string> {
  const found = new Set<string>()
  const queue = [packages[name] ?? {}]
  for (const { dependencies, optionalDependencies } of queue) {
    for (const need of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const one = packages[`node_modules/${need}`]
      if (!one || found.has(need) || !isHere(one)) continue
      found.add(need)
      queue.push(one)
    }
  }
  return found
}

/** Of some packages there is one for each system and processor. */
function isHere({ os, cpu }: Locked): boolean {
  const isAmong = (one: string, all: string | string[] | undefined) => all === undefined || all.includes(one)
  return isAmong('linux', os) && isAmong(process.arch, cpu)
}

type Locked = { os?: string | string[]; cpu?: string | string[]; dependencies?: object; optionalDependencies?: object }

test('an embedder of the library installs few packages, and none of HTTP, OpenTelemetry or MCP', () => {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>
  }
  const needs = [...needsOf('packages/codenode', lock.packages)]
  expect(needs).toContain('koffi')
  expect(needs.filter((name) => !name.startsWith('node-linux-')).length).toBeLessThanOrEqual(15)
  expect(
    needs.filter((name) => /fastify|opentelemetry|modelcontextprotocol|codenode-server|hono|express/.test(name)),
  ).toEqual([])
})

test('what runs inside the sandbox has exactly the version that was tested', () => {
  const manifest = JSON.parse(readFileSync(path.join(root, 'packages/codenode/package.json'), 'utf8')) as {
    dependencies: Record<string, string>
    optionalDependencies: Record<string, string>
  }
  const { koffi } = manifest.dependencies
  for (const version of [koffi, ...Object.values(manifest.optionalDependencies)])
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
})

test.each([
  ['[cli](cli.md#run)', '[cli](cli.md#run)', '[cli](cli.md#run)'],
  ['[ADR 9](adr/0009.md#why)', '[ADR 9](https://host/us/blob/HEAD/docs/adr/0009.md#why)', 'ADR 9'],
  ['[rules](../CONTRIBUTING.md)', '[rules](https://host/us/blob/HEAD/CONTRIBUTING.md)', 'rules'],
  ['`[{"a"` [rules](../R.md)', '`[{"a"` [rules](https://host/us/blob/HEAD/R.md)', '`[{"a"` rules'],
  ['![a run](images/run.png)', '![a run](https://host/us/raw/HEAD/docs/images/run.png)', ''],
  [
    '[a](https://example.org/a.md) [b](#here)',
    '[a](https://example.org/a.md) [b](#here)',
    '[a](https://example.org/a.md) [b](#here)',
  ],
])('%s: a link of a packed page leads to the package, the repository or nowhere', (text, known, unknown) => {
  const ships = (file: string) => file === 'docs/cli.md'
  expect(toPackedPage(text, 'docs/mcp.md', { ships, url: 'https://host/us' })).toBe(known)
  expect(toPackedPage(text, 'docs/mcp.md', { ships, url: undefined })).toBe(unknown)
})
