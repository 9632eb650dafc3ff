/** What the README and the pages of docs/ show runs as it stands, and prints what they say. */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseNode, readNodeText } from '../src/index.ts'
import { findDataDir } from '../src/sandbox/find-paths.ts'
import { paste } from './support/paste.ts'
import { makeDataDir, startService, type TestService } from './support/service.ts'

const root = path.resolve(import.meta.dirname, '../../..')
// Below the clone, so that `codenode` is found as in a project that has installed it.
const scratch = mkdtempSync(path.join(findDataDir(), 'readme-'))
const dataDir = makeDataDir()
const withPackages = makeDataDir('installed')
afterAll(() => {
  for (const folder of [scratch, dataDir, withPackages]) rmSync(folder, { recursive: true, force: true })
})

const pages = ['README.md', ...globSync('docs/*.md', { cwd: root })]
const textOf = (page: string): string => readFileSync(path.join(root, page), 'utf8')

/** The programs of a page, each with the block right behind it, which is what it prints. */
function programsOf(page: string): { program: string; printed: string | undefined }[] {
  const found = textOf(page).matchAll(/^```ts\n([\s\S]*?)^```\n(?:```\n([\s\S]*?)^```\n)?/gm)
  return [...found].map(([, program = '', printed]) => ({ program, printed }))
}

function block(page: string, language: string): string {
  const found = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(textOf(page))
  if (!found?.[1]) throw new Error(`${page} has no block of ${language}`)
  return found[1]
}

const programs = pages.flatMap((page) => programsOf(page).map((it, index) => ({ page, number: index + 1, ...it })))

describe('programs in the documents', () => {
  test('are there', () => {
    expect(programs.length).toBeGreaterThanOrEqual(8)
  })

  test.each(programs)('program $number of $page runs as it stands', ({ page, program, printed }) => {
    const file = path.join(scratch, 'program.mts')
    writeFileSync(file, program)
    // Templates of workflows need a package.
    const env = { ...process.env, CODENODE_DATA_DIR: page === 'docs/workflows.md' ? withPackages : dataDir }
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8', cwd: root, env })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    if (printed !== undefined) expect(stdout).toBe(printed)
  })
})

describe('commands in docs/http.md', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startService()
  })
  afterAll(() => service?.close())

  const commands = [...textOf('docs/http.md').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, text = '']) => text)
  test.each(commands.map((command, index) => ({ number: index + 1, command })))(
    'number $number works as it stands',
    async ({ command }) => {
      const { stdout } = await paste(command, { CODENODE: service.address })
      expect(stdout).toContain('"status":"succeeded"')
    },
  )
})

test('the node of the README is a valid node', () => {
  expect(parseNode(readNodeText(block('README.md', 'yaml'))).title).toBe('Average')
})

test('the bare program of the README runs from the command line', () => {
  const file = path.join(scratch, 'average.py')
  writeFileSync(file, block('README.md', 'python'))
  const args = [
    path.join(root, 'packages/codenode/bin/codenode.js'),
    'run',
    file,
    '--input',
    'numbers=[1, 2, 3.5]',
    '--json',
  ]
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: root })
  const record = JSON.parse(stdout) as { outputs: unknown }
  expect({ status, outputs: record.outputs }).toEqual({ status: 0, outputs: { average: 2.1666666666666665 } })
})

/** Of every page in the repository: files, and headings within. */
describe('links', () => {
  const documents = [...globSync('*.md', { cwd: root }), ...globSync('docs/**/*.md', { cwd: root })]

  test.each(documents)('of %s lead somewhere', (page) => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
    const wrong = links.filter((link) => !leadsSomewhere(page, link))
    expect(wrong).toEqual([])
  })
})

function leadsSomewhere(page: string, link: string): boolean {
  const [file = '', heading] = link.split('#')
  const target = file === '' ? page : path.join(path.dirname(page), file)
  if (globSync(target, { cwd: root }).length === 0) return false
  return heading === undefined || headingsOf(target).includes(heading)
}

/** As GitHub makes them. */
function headingsOf(page: string): string[] {
  return [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
