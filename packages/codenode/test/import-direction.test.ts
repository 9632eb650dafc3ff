/** Which folders import which, in both packages. The rules themselves are tried in import-rules.test.ts. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findCycles, foldersBothWays } from './support/import-graph.ts'
import { folderOf, type ImportRules, wrongImports } from './support/import-rules.ts'
import { type Import, importsIn, readImports } from './support/read-imports.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const steps = ['contract', 'inputs', 'attempt', 'outputs', 'outcome', 'record']
const inner = [...steps, 'config', 'places', 'pool', 'sandbox', 'workflow', '.']
/** Packages for the folders that may not use any they like. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  contract: ['yaml', 'zod'],
  client: ['eventsource-parser'],
}

/** `.` composes the steps. A new folder gets a line here, and with it a decision. */
const codenode: ImportRules = {
  src: 'packages/codenode/src',
  mayImport: {
    contract: ['contract/workflow'],
    'contract/secrets': ['contract'],
    'contract/workflow': ['contract'],
    'contract/workflow/stand-ins': ['contract'],
    inputs: ['contract'],
    attempt: ['contract'],
    outputs: ['contract'],
    // Steps that are done in another thread.
    offload: ['contract', 'outputs'],
    outcome: ['contract'],
    record: ['contract'],
    // Where things lie on the disk, and whose may be used.
    places: ['contract'],
    // Defaults that the pool decides.
    config: ['contract', 'places', 'pool'],
    sandbox: ['contract', 'places', 'sandbox/seccomp', 'sandbox/watch'],
    'sandbox/probe': ['contract', 'sandbox'],
    'sandbox/seccomp': ['sandbox'],
    'sandbox/watch': ['contract', 'sandbox'],
    pool: ['contract', 'offload', 'places', 'pool/hosts', 'sandbox'],
    'pool/hosts': ['contract', 'offload', 'pool', 'sandbox'],
    doctor: ['contract', 'places', 'pool', 'sandbox'],
    workflow: [...steps, '.', 'workflow/executors', 'workflow/template'],
    'workflow/executors': [...steps, '.', 'workflow'],
    'workflow/only-code': [...steps, 'workflow'],
    'workflow/template': [...steps, '.', 'workflow'],
    '.': [...steps, 'offload', 'pool', 'sandbox', 'workflow'],
    // The runs of a service, which its doors share.
    service: [...steps, 'offload', 'places', 'sandbox', 'workflow', '.'],
    'service/members': ['contract', 'service'],
    // For browsers as well: nothing but what is agreed.
    client: ['contract'],
    http: [...inner, 'offload', 'service', 'mcp', 'http/dify', 'http/routes', 'http/telemetry'],
    'http/dify': [...inner, 'service', 'http'],
    'http/documents': ['contract', 'service', 'http'],
    'http/routes': [...inner, 'service', 'http'],
    'http/telemetry': [...inner, 'service'],
    mcp: [...inner, 'service'],
    // Outermost: it starts the other doors.
    cli: [...inner, 'doctor', 'service', 'http', 'mcp'],
  },
  mayUsePackage: (folder, name) => {
    const packages = packagesOf[folder.split('/', 1)[0] ?? '']
    return !packages || packages.includes(name)
  },
}

/** Folders that still import each other, to be undone. One that is undone leaves this list; none may join it. */
const pairsToUndo = [
  '. ↔ workflow',
  'contract ↔ contract/workflow',
  'contract ↔ contract/workflow/stand-ins',
  'contract/workflow ↔ contract/workflow/stand-ins',
  'http ↔ http/dify',
  'http ↔ http/routes',
  'pool ↔ pool/hosts',
  'sandbox ↔ sandbox/seccomp',
  'sandbox ↔ sandbox/watch',
  'workflow ↔ workflow/executors',
  'workflow ↔ workflow/template',
]
/** The same for files, each circle as the test tells it. */
const cyclesToUndo = [
  'cli/run-command.ts → cli/run-workflow.ts → cli/run-command.ts',
  'contract/check-scalar.ts → contract/limits.ts → contract/program.ts → contract/failures.ts → contract/check-scalar.ts',
  'contract/workflow/record.ts → contract/workflow/stand-ins/stand-in.ts → contract/workflow/record.ts',
  'sandbox/child.ts → sandbox/run-frame.ts → sandbox/rlimits.ts → sandbox/zygote.ts → sandbox/child.ts',
  'sandbox/find-libraries.ts → sandbox/runtime-files.ts → sandbox/find-libraries.ts',
]

const rulesOfDocuments = ['graph', 'form', 'diagnostics']

/** From the bottom to the top: a folder imports folders above its line only. A new folder gets a line here, too. */
const web: ImportRules = {
  src: 'packages/web/src',
  mayImport: {
    // These know no Code node.
    ui: [],
    browser: [],
    theme: [],
    service: ['browser'],
    // All text: everybody may say it.
    labels: [],
    // What may be done to a document: plain functions.
    graph: ['labels'],
    form: ['graph', 'labels'],
    diagnostics: ['graph', 'labels'],
    // How runs stand, without a component.
    'run-state': ['browser', 'form', 'graph', 'labels'],
    // A Code node. Other products embed its panel, which knows no store.
    'editor/format': ['diagnostics'],
    editor: [...rulesOfDocuments, 'editor/format', 'labels', 'ui'],
    results: ['form', 'labels', 'run-state', 'ui'],
    'test-run': [...rulesOfDocuments, 'editor', 'labels', 'results', 'run-state', 'ui'],
    panel: [...rulesOfDocuments, 'editor', 'labels', 'run-state', 'test-run', 'ui'],
    // The app around it.
    store: ['browser', 'form', 'graph', 'labels', 'run-state', 'service'],
    shell: ['browser', 'labels', 'service', 'store', 'ui'],
    record: ['form', 'labels', 'results', 'run-state', 'ui'],
    canvas: ['form', 'graph', 'labels', 'record', 'results', 'run-state', 'shell', 'store', 'ui'],
    'panel/other-nodes': ['canvas', 'form', 'graph', 'labels', 'panel', 'record', 'service', 'shell', 'store', 'ui'],
    pages: [
      ...['canvas', 'form', 'graph', 'labels', 'panel/other-nodes', 'record', 'results', 'run-state', 'service'],
      ...['shell', 'store', 'ui'],
    ],
    '.': ['labels', 'pages', 'shell', 'theme'],
    embed: ['graph', 'panel', 'run-state'],
  },
  mayUsePackage: (_, name) => !/^codenode($|\/)/.test(name) || ['codenode/contract', 'codenode/client'].includes(name),
}

describe.each([
  { name: 'codenode', rules: codenode, pairsLeft: pairsToUndo, cyclesLeft: cyclesToUndo },
  { name: 'the web app', rules: web, pairsLeft: [], cyclesLeft: [] },
])('in $name', ({ rules, pairsLeft, cyclesLeft }) => {
  const imports = readImports(root, rules.src)

  test('each folder imports what its line names', () => {
    expect(wrongImports(imports, rules)).toEqual([])
  })
  test('each line has its folder', () => {
    const folders = imports.flatMap(({ kind, from, to }) => (kind === 'file' ? [from, to] : [from]))
    const names = new Set(folders.map((path) => folderOf(path, rules.src)))
    expect(Object.keys(rules.mayImport).filter((folder) => !names.has(folder))).toEqual([])
  })
  test('no two folders import each other', () => {
    const found = foldersBothWays(imports).map(({ folders, there, back }) => ({
      name: folders.map((folder) => folderOf(join(folder, 'file'), rules.src)).join(' ↔ '),
      complaint: `${describeImport(there)} and ${describeImport(back)}`,
    }))
    expect(complaintsAbout(found, pairsLeft)).toEqual([])
  })
  test('no files import each other in a circle', () => {
    const found = findCycles(imports).map((cycle) => {
      const name = cycle.map((path) => path.slice(rules.src.length + 1)).join(' → ')
      return { name, complaint: 'they import each other in a circle' }
    })
    expect(complaintsAbout(found, cyclesLeft)).toEqual([])
  })
})

test('in the web app, the lines of folders stand above the lines of those that import them', () => {
  const order = Object.keys(web.mayImport)
  const wrong = readImports(root, web.src).filter(
    ({ kind, from, to }) =>
      kind === 'file' && order.indexOf(folderOf(to, web.src)) > order.indexOf(folderOf(from, web.src)),
  )
  expect(wrong.map(describeImport)).toEqual([])
})

function describeImport({ from, to }: Import): string {
  return `${from} imports ${to}`
}

/** A sentence for each that was found and is not listed, and for each that is listed and gone. */
function complaintsAbout(found: readonly { name: string; complaint: string }[], listed: readonly string[]): string[] {
  const names = found.map(({ name }) => name)
  return [
    ...found.filter(({ name }) => !listed.includes(name)).map(({ name, complaint }) => `${name}: ${complaint}.`),
    ...listed
      .filter((name) => !names.includes(name))
      .map((name) => `${name}: this is undone, so take it off the list.`),
  ]
}

describe('the lines', () => {
  const wrongIn = (name: 'codenode' | 'web', path: string, text: string) => {
    const rules = { codenode, web }[name]
    return wrongImports(importsIn(join(rules.src, path), text), rules)
  }
  const right = [
    ['codenode', 'inputs/bind.ts', "import type { Values } from '../contract/values.ts'"],
    ['codenode', 'inputs/bind.ts', "import { other } from './other.ts'"],
    ['codenode', 'contract/node.ts', "import { z } from 'zod'"],
    ['codenode', 'pool/pool.ts', "import { startZygote } from '../sandbox/zygote.ts'"],
    ['codenode', 'run-node.ts', "import { bindInputs } from './inputs/bind.ts'"],
    ['codenode', 'cli/serve.ts', "const { serve } = await import('../http/server.ts')"],
    ['web', 'service/client.ts', "import { createClient } from 'codenode/client'"],
    ['web', 'canvas/canvas.tsx', "import styles from './canvas.module.css'"],
  ] as const
  const wrong = [
    ['codenode', 'inputs/bind.ts', "import { checkOutputs } from '../outputs/check.ts'"],
    ['codenode', 'inputs/bind.ts', "export { checkOutputs } from '../outputs/check.ts'"],
    ['codenode', 'record/build.ts', "import type { Pool } from '../pool/pool.ts'"],
    ['codenode', 'contract/node.ts', "import { readFileSync } from 'node:fs'"],
    ['codenode', 'contract/workflow/node.ts', "import { readFileSync } from 'node:fs'"],
    ['codenode', 'contract/node.ts', "import '../sandbox/limits.ts'"],
    ['codenode', 'sandbox/zygote.ts', "import { Pool } from '../pool/pool.ts'"],
    ['codenode', 'pool/pool.ts', "import { bindInputs } from '../inputs/bind.ts'"],
    ['codenode', 'mcp/tools.ts', "const cli = await import('../cli/main.ts')"],
    ['codenode', 'run-node.ts', "import { serve } from './http/server.ts'"],
    ['codenode', 'helpers/strings.ts', "import { z } from 'zod'"],
    ['web', 'app.tsx', "import { runNode } from 'codenode'"],
    ['web', 'app.tsx', "import { serve } from 'codenode/http'"],
    ['web', 'app.tsx', "import { limits } from '../../codenode/src/contract/limits.ts'"],
    ['web', 'ui/button.tsx', "import { labels } from '../labels/editor.ts'"],
    ['web', 'store/editor-store.ts', "import type { Canvas } from '../canvas/canvas.tsx'"],
    ['web', 'panel/section.tsx', "import { useEditor } from '../store/editor-store.ts'"],
    ['web', 'labels/editor.ts', "import type { NodeData } from '../graph/document.ts'"],
  ] as const

  test.each(right)('of %s let %s say %j', (name, path, text) => {
    expect(wrongIn(name, path, text)).toEqual([])
  })
  test.each(wrong)('of %s do not let %s say %j', (name, path, text) => {
    expect(wrongIn(name, path, text)).toHaveLength(1)
  })
})
