/** Which folders import which, in both packages. The rules themselves are tried in import-rules.test.ts. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findCycles, foldersBothWays } from './support/import-graph.ts'
import { folderOf, type ImportRules, wrongImports } from './support/import-rules.ts'
import { type Import, importsIn, readImports } from './support/read-imports.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What is agreed, and plain functions on it; browsers use these rooms, too. */
const agreed = ['contract', 'json', 'values', 'reading', 'document', 'secrets']
const steps = [...agreed, 'inputs', 'attempt', 'outputs', 'outcome', 'record']
const inner = [...steps, 'config', 'places', 'pool', 'run', 'sandbox', 'workflow', '.']
/** Packages for the folders that may not use any they like. */
const packagesOf: Readonly<Record<string, readonly string[]>> = {
  contract: ['zod'],
  json: [],
  values: ['zod'],
  reading: ['zod'],
  document: ['yaml', 'zod'],
  secrets: [],
  client: ['eventsource-parser'],
}

/** `.` holds the doors of the package. A new folder gets a line here, and with it a decision. */
const codenode: ImportRules = {
  src: 'packages/codenode/src',
  mayImport: {
    // Words: schemas, types, the catalogue of failures.
    contract: [],
    json: [],
    values: ['contract', 'json'],
    // What callers give becomes what is agreed, or a list of all that is wrong.
    reading: ['contract', 'json', 'values'],
    document: ['contract', 'json', 'values', 'reading', 'document/parts', 'document/stand-ins'],
    'document/stand-ins': ['contract', 'json', 'values', 'document/parts'],
    'document/parts': ['contract', 'reading'],
    secrets: ['contract'],
    inputs: agreed,
    attempt: agreed,
    outputs: agreed,
    // Steps that are done in another thread.
    offload: [...agreed, 'outputs'],
    outcome: agreed,
    record: agreed,
    // The steps together: one node.
    run: [...steps, 'offload'],
    // Where things lie on the disk, and whose may be used.
    places: agreed,
    sandbox: [...agreed, 'places', 'sandbox/process', 'sandbox/seccomp', 'sandbox/watch'],
    'sandbox/process': agreed,
    'sandbox/probe': [...agreed, 'sandbox'],
    'sandbox/seccomp': ['contract'],
    'sandbox/watch': [...agreed, 'sandbox/process'],
    pool: [...agreed, 'places', 'sandbox', 'pool/forking', 'pool/hosts', 'pool/options'],
    'pool/options': [...agreed, 'places', 'sandbox'],
    'pool/forking': [...agreed, 'offload', 'pool/options', 'sandbox'],
    'pool/hosts': [...agreed, 'offload', 'pool/forking', 'pool/options', 'sandbox'],
    // Defaults that the pool decides.
    config: [...agreed, 'places', 'pool/options'],
    doctor: [...agreed, 'places', 'pool', 'sandbox'],
    workflow: [...steps, 'run', 'workflow/executors', 'workflow/graph', 'workflow/values'],
    'workflow/values': agreed,
    'workflow/template': [...agreed, 'outputs', 'run', 'workflow/values'],
    'workflow/graph': [...steps, 'run', 'workflow/template', 'workflow/values'],
    'workflow/executors': [...steps, 'run', 'workflow/graph', 'workflow/values'],
    'workflow/only-code': [...steps, 'workflow'],
    // The doors: the library, and what browsers share with it.
    '.': [...steps, 'pool', 'run', 'sandbox', 'workflow'],
    // The runs of a service, which its doors share.
    'service/api': agreed,
    'service/limits': [...agreed, 'service/api'],
    'service/events': [...agreed, 'service/api', 'workflow'],
    'service/history': [...agreed, 'places', 'record', 'service/api', 'service/events'],
    'service/requests': [
      ...[...agreed, 'inputs', 'offload', 'record', 'run', 'workflow'],
      ...['service/api', 'service/history', 'service/limits'],
    ],
    'service/live': [
      ...[...agreed, 'record'],
      ...['service/api', 'service/events', 'service/history', 'service/limits', 'service/requests'],
    ],
    'service/members': [...agreed, 'service/api'],
    service: [
      ...[...steps, 'offload', 'places', 'run', 'sandbox', 'workflow', 'service/api', 'service/events'],
      ...['service/history', 'service/limits', 'service/live', 'service/requests'],
    ],
    // For browsers as well: nothing but what is agreed.
    client: agreed,
    mcp: [...inner, 'service'],
    http: [
      ...[...inner, 'offload', 'service', 'mcp'],
      ...['http/dify', 'http/documents', 'http/routes', 'http/telemetry', 'http/wire'],
    ],
    'http/wire': [...agreed, 'offload', 'record', 'service'],
    'http/documents': [...agreed, 'service', 'http/wire'],
    'http/telemetry': [...inner, 'service'],
    'http/dify': [...inner, 'service', 'http/wire'],
    'http/routes': [...inner, 'service', 'http/documents', 'http/telemetry', 'http/wire'],
    // Outermost: it starts the other doors.
    cli: [...inner, 'doctor', 'service', 'http', 'mcp'],
  },
  mayUsePackage: (folder, name) => {
    const packages = packagesOf[folder.split('/', 1)[0] ?? '']
    return !packages || packages.includes(name)
  },
}

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
  { name: 'codenode', rules: codenode },
  { name: 'the web app', rules: web },
])('in $name', ({ rules }) => {
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
    const found = foldersBothWays(imports).map(({ folders, there, back }) => {
      const names = folders.map((folder) => folderOf(join(folder, 'file'), rules.src)).join(' ↔ ')
      return `${names}: ${describeImport(there)} and ${describeImport(back)}`
    })
    expect(found).toEqual([])
  })
  test('no files import each other in a circle', () => {
    const found = findCycles(imports).map((cycle) => cycle.map((path) => path.slice(rules.src.length + 1)).join(' → '))
    expect(found).toEqual([])
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
