/**
 * Makes the packages that other projects install, in `.codenode/pack/`: `codenode`, the library and the command, with the
 * runtimes; `codenode-server`, the service, with the editor; and `codenode-web`, the panel to embed. All are JavaScript with
 * declarations. Node strips no types below `node_modules`, so what is installed must be built; in the clone itself nothing is.
 *
 * Usage: npm run pack [-- FOLDER]. Prints the three files; nothing else in the folder is touched.
 */
import { execFile } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { toPackedPage } from './packed-pages.ts'

type Packed = [{ filename: string; size: number; entryCount: number }]
type Manifest = { version: string; exports: Record<string, unknown> } & Record<string, unknown>

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '..')
const target = path.resolve(process.argv[2] ?? path.join(root, '.codenode/pack'))

/** The documentation: one package of the three has it. */
const libraryPages = ['SECURITY.md', ...globSync('docs/*.md', { cwd: root })]

// Staged beside, never in the folder that was asked for, which may hold what is somebody's.
const stages = mkdtempSync(path.join(root, '.codenode/pack-'))
try {
  mkdirSync(target, { recursive: true })
  for (const stage of [await stageLibrary(), await stageServer(), await stagePanel()]) {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', target], { cwd: stage })
    // An array of one; from npm 12 on an object with one member, its name.
    const [packed] = Object.values(JSON.parse(stdout) as Packed | Record<string, Packed[0]>) as Packed
    const about = `${Math.round(packed.size / 1024)} KiB, ${packed.entryCount} files`
    console.log(`${path.join(target, packed.filename)}  ${about}`)
  }
} finally {
  rmSync(stages, { recursive: true })
}

async function stageLibrary(): Promise<string> {
  const from = path.join(root, 'packages/codenode')
  const stage = path.join(stages, 'codenode')
  await compile(path.join(from, 'tsconfig.build.json'), path.join(stage, 'dist'))
  // Programs for probes, which TypeScript does not know.
  for (const file of globSync('**/*.{py,cjs}', { cwd: path.join(from, 'src') })) {
    cpSync(path.join(from, 'src', file), path.join(stage, 'dist', file))
  }
  for (const folder of ['bin', 'packages', 'runtimes']) {
    cpSync(path.join(from, folder), path.join(stage, folder), { recursive: true, filter: isShipped })
  }
  stageDemo(path.join(stage, 'demo'))
  const manifest = toBuiltManifest(readManifest(from), ['bin', 'demo', 'dist', 'packages', 'runtimes', ...libraryPages])
  // The command loads the service where it is installed, so strict installers must let it; nobody has to have it.
  const peer = 'codenode-server'
  writeStage(stage, from, {
    ...manifest,
    peerDependencies: { [peer]: manifest.version },
    peerDependenciesMeta: { [peer]: { optional: true } },
  })
  stagePages(stage, ['README.md', ...libraryPages])
  return stage
}

/** After the library, whose declarations it is compiled against. */
async function stageServer(): Promise<string> {
  const from = path.join(root, 'packages/codenode-server')
  const stage = path.join(stages, 'codenode-server')
  const library = path.join(stages, 'codenode/dist')
  const project = path.join(stages, 'codenode-server.json')
  writeFileSync(
    project,
    JSON.stringify({
      extends: path.join(from, 'tsconfig.build.json'),
      compilerOptions: { rootDir: path.join(from, 'src'), paths: { 'codenode/internal/*': [`${library}/*.d.ts`] } },
      include: [path.join(from, 'src')],
      exclude: [path.join(from, 'src/**/*.test.ts')],
    }),
  )
  await compile(project, path.join(stage, 'dist'))
  cpSync(path.join(from, 'bin'), path.join(stage, 'bin'), { recursive: true })
  cpSync(path.join(root, 'packages/web/dist'), path.join(stage, 'web'), { recursive: true })
  writeStage(stage, from, toBuiltManifest(readManifest(from), ['bin', 'dist', 'web']))
  return stage
}

/** What is published is built; the folders of the clone are private, so that nobody publishes them by mistake. */
function toBuiltManifest(own: Manifest, files: readonly string[]): Manifest {
  const manifest = { ...own }
  delete manifest.private
  delete manifest.devDependencies
  const exports = Object.fromEntries(Object.entries(manifest.exports).map(([name, file]) => [name, toBuilt(file)]))
  // Not in the manifest of the clone, which people may open anywhere.
  return { ...manifest, os: ['linux'], cpu: ['x64', 'arm64'], exports, files: [...files, 'CHANGELOG.md'] }
}

/** What `codenode demo` runs: the examples, and the public data that they read. */
function stageDemo(stage: string): void {
  cpSync(path.join(root, 'examples/nodes'), path.join(stage, 'nodes'), { recursive: true })
  const workflow = 'workflows/seattle-trip.yml'
  cpSync(path.join(root, 'examples', workflow), path.join(stage, workflow))
  const data = fileURLToPath(new URL('../data/', import.meta.resolve('vega-datasets')))
  for (const name of ['airports.csv', 'cars.json', 'seattle-weather.csv', 'stocks.csv']) {
    cpSync(path.join(data, name), path.join(stage, 'data', name))
  }
  const { version, license } = readManifest(path.join(data, '..'))
  const source = `These files are from the npm package vega-datasets ${version} (${String(license)}), as they are there.\n`
  writeFileSync(path.join(stage, 'data/SOURCE.md'), source)
}

async function stagePanel(): Promise<string> {
  const from = path.join(root, 'packages/web')
  const stage = path.join(stages, 'codenode-web')
  const vite = path.join(root, 'node_modules/vite/bin/vite.js')
  const config = path.join(from, 'vite.embed.config.ts')
  await run(process.execPath, [vite, 'build', from, '--config', config, '--outDir', path.join(stage, 'dist-embed')])
  await compile(path.join(from, 'tsconfig.types.json'), path.join(stage, 'types'))
  const { name, version, description, license, type, dependencies } = readManifest(from)
  const { react, 'react-dom': reactDom, codenode } = dependencies as Record<string, string>
  const panel = { types: './types/embed/panel.d.ts', default: './dist-embed/codenode-panel.js' }
  const exports = {
    '.': panel,
    './embed': panel,
    './embed.css': './dist-embed/codenode-panel.css',
  }
  writeStage(stage, from, {
    ...{ name, version, description, license, type, exports, files: ['dist-embed', 'types', 'CHANGELOG.md'] },
    peerDependencies: { codenode: `^${codenode}`, react: `^${react}`, 'react-dom': `^${reactDom}` },
  })
  return stage
}

async function compile(project: string, outDir: string): Promise<void> {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc')
  try {
    await run(process.execPath, [tsc, '--project', project, '--outDir', outDir])
  } catch (error) {
    // The compiler writes what is wrong to the standard output.
    throw new Error((error as { stdout?: string }).stdout || String(error))
  }
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest
}

/** Where the sources are, as the workflow that publishes knows it. */
function findSources(): string | undefined {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
  return GITHUB_SERVER_URL && GITHUB_REPOSITORY ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}` : undefined
}

/** npm compares it with the proof of where a package was built. */
function findRepository(from: string): Record<string, unknown> {
  const url = findSources()
  if (url === undefined) return {}
  const repository = { type: 'git', url: `git+${url}.git`, directory: path.relative(root, from) }
  return { repository, homepage: `${url}#readme`, bugs: `${url}/issues` }
}

function writeStage(stage: string, from: string, manifest: Record<string, unknown>): void {
  const whole = { ...manifest, ...findRepository(from) }
  writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(whole, null, 2)}\n`)
  cpSync(path.join(root, 'LICENSE'), path.join(stage, 'LICENSE'))
  cpSync(path.join(from, 'CHANGELOG.md'), path.join(stage, 'CHANGELOG.md'))
  const readme = path.join(from, 'README.md')
  if (existsSync(readme))
    writeFileSync(
      path.join(stage, 'README.md'),
      toPackedPage(readFileSync(readme, 'utf8'), path.relative(root, readme), {
        ships: () => false,
        url: findSources(),
      }),
    )
}

/** Pages of the repository, with links that lead somewhere from there. */
function stagePages(stage: string, pages: readonly string[]): void {
  const shipped = new Set(pages)
  for (const page of shipped) {
    const text = readFileSync(path.join(root, page), 'utf8')
    mkdirSync(path.dirname(path.join(stage, page)), { recursive: true })
    writeFileSync(
      path.join(stage, page),
      toPackedPage(text, page, { ships: (file) => shipped.has(file), url: findSources() }),
    )
  }
}

/** What an entry of `exports` is when it is built: `./src/index.ts` becomes the JavaScript and its declarations. */
function toBuilt(file: unknown): unknown {
  const source = typeof file === 'string' ? /^\.\/src\/(.*)\.ts$/.exec(file)?.[1] : undefined
  return source === undefined ? file : { types: `./dist/${source}.d.ts`, default: `./dist/${source}.js` }
}

function isShipped(file: string): boolean {
  return !/(^|\/)(__pycache__|node_modules)(\/|$)/.test(path.relative(root, file))
}
