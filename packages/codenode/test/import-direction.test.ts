import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const src = 'packages/codenode/src'
const web = 'packages/web/src'

/**
 * What each folder of `src` may import beside itself. `.` stands for the files directly in `src`, which compose the steps.
 * A new folder gets a line here, and with it a decision.
 */
const steps = ['contract', 'inputs', 'attempt', 'outputs', 'outcome', 'record']
const inner = [...steps, 'config', 'places', 'pool', 'sandbox', 'workflow', '.']
const mayImport: Record<string, readonly string[]> = {
  contract: [],
  inputs: ['contract'],
  attempt: ['contract'],
  outputs: ['contract'],
  // Steps that are done in another thread.
  offload: ['contract', 'outputs'],
  outcome: ['contract'],
  record: ['contract'],
  // Where things lie on the disk, and whose may be used.
  places: ['contract'],
  config: ['contract', 'places'],
  sandbox: ['contract', 'places'],
  pool: ['contract', 'offload', 'places', 'sandbox'],
  doctor: ['contract', 'places', 'pool', 'sandbox'],
  workflow: [...steps, '.'],
  '.': [...steps, 'offload', 'pool', 'sandbox', 'workflow'],
  // The runs of a service, which its doors share.
  service: [...steps, 'offload', 'places', 'sandbox', 'workflow', '.'],
  // For browsers as well: nothing but what is agreed.
  client: ['contract'],
  http: [...inner, 'offload', 'service', 'mcp'],
  queue: inner,
  mcp: [...inner, 'service'],
  // Outermost: it starts the other doors.
  cli: [...inner, 'doctor', 'service', 'http', 'queue', 'mcp'],
}

/** Packages (and Node's own modules) for the folders that may not take any they like. */
const mayUsePackages: Record<string, readonly string[]> = { contract: ['yaml', 'zod'], client: [] }

type Import = { from: string; to: string }

function wrongImports(files: Record<string, string>): string[] {
  return Object.entries(files)
    .flatMap(([from, text]) => specifiersIn(text).map((to) => ({ from, to })))
    .flatMap((one) => complaintAbout(one) ?? [])
}

function complaintAbout({ from, to }: Import): string | undefined {
  if (from.startsWith(`${web}/`)) return complaintAboutWeb({ from, to })
  const folder = folderOf(from)
  const allowed = mayImport[folder]
  if (!allowed) return `${from}: the folder ${folder} has no line in mayImport`
  if (!to.startsWith('.')) {
    const packages = mayUsePackages[folder]
    return packages && !packages.includes(to) ? `${from}: ${folder} may not use the package ${to}` : undefined
  }
  const path = join(dirname(from), to)
  const target = path.startsWith(`${src}/`) ? folderOf(path) : relative(src, path)
  return target === folder || allowed.includes(target) ? undefined : `${from}: ${folder} may not import ${to}`
}

function complaintAboutWeb({ from, to }: Import): string | undefined {
  const isOurs = to === 'codenode' || to.startsWith('codenode/')
  const leavesWeb = to.startsWith('.') && !join(dirname(from), to).startsWith('packages/web/')
  return (isOurs && !['codenode/contract', 'codenode/client'].includes(to)) || leavesWeb
    ? `${from}: the web app may not import ${to}`
    : undefined
}

function folderOf(path: string): string {
  const parts = relative(src, path).split('/')
  return parts.length > 1 ? (parts[0] ?? '.') : '.'
}

function specifiersIn(text: string): string[] {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const found = withoutComments.matchAll(
    /(?:^|[;\s])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g,
  )
  return [...found].flatMap((match) => match[1] ?? match[2] ?? [])
}

test('imports point one way', () => {
  const paths = globSync([`${src}/**/*.ts`, `${web}/**/*.{ts,tsx}`], { cwd: root })
    // A test may compose what the code beside it must not.
    .filter((path) => !/\.test\.tsx?$/.test(path))
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]))
  expect(wrongImports(files)).toEqual([])
})

describe('the rule', () => {
  const right = [
    ['inputs/bind.ts', "import type { Values } from '../contract/values.ts'"],
    ['inputs/bind.ts', "import { other } from './other.ts'"],
    ['contract/node.ts', "import { z } from 'zod'"],
    ['pool/pool.ts', "import { startZygote } from '../sandbox/zygote.ts'"],
    ['run-node.ts', "import {\n  bindInputs,\n} from './inputs/bind.ts'"],
    ['cli/serve.ts', "const { serve } = await import('../http/server.ts')"],
    ['../../web/src/app.tsx', "import { createClient } from 'codenode/client'"],
    ['inputs/bind.ts', "// import { x } from '../pool/pool.ts'"],
  ] as const
  const wrong = [
    ['inputs/bind.ts', "import { checkOutputs } from '../outputs/check.ts'"],
    ['inputs/bind.ts', "export { checkOutputs } from '../outputs/check.ts'"],
    ['record/build.ts', "import type {\n  Pool,\n} from '../pool/pool.ts'"],
    ['contract/node.ts', "import { readFileSync } from 'node:fs'"],
    ['contract/node.ts', "import '../sandbox/limits.ts'"],
    ['sandbox/zygote.ts', "import { Pool } from '../pool/pool.ts'"],
    ['pool/pool.ts', "import { bindInputs } from '../inputs/bind.ts'"],
    ['http/server.ts', "import { worker } from '../queue/worker.ts'"],
    ['queue/worker.ts', "const cli = await import('../cli/main.ts')"],
    ['run-node.ts', "import { serve } from './http/server.ts'"],
    ['helpers/strings.ts', "import { z } from 'zod'"],
    ['../../web/src/app.tsx', "import { runNode } from 'codenode'"],
    ['../../web/src/app.tsx', "import { serve } from 'codenode/http'"],
    ['../../web/src/app.tsx', "import { limits } from '../../codenode/src/contract/limits.ts'"],
  ] as const

  test.each(right)('lets %s say %j', (path, text) => {
    expect(wrongImports({ [join(src, path)]: text })).toEqual([])
  })
  test.each(wrong)('does not let %s say %j', (path, text) => {
    expect(wrongImports({ [join(src, path)]: text })).toHaveLength(1)
  })
})
