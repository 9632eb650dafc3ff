/** Which folders import which, in each package. The rules themselves are tried in import-rules.test.ts. */
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
    // Places for so many, and a line of those who wait for one.
    line: ['contract'],
    // Where things lie on the disk, and whose may be used.
    places: agreed,
    sandbox: [...agreed, 'places', 'sandbox/process', 'sandbox/seccomp', 'sandbox/watch'],
    'sandbox/process': agreed,
    'sandbox/probe': [...agreed, 'sandbox'],
    'sandbox/seccomp': ['contract'],
    'sandbox/watch': [...agreed, 'sandbox/process'],
    pool: [...agreed, 'line', 'places', 'sandbox', 'pool/forking', 'pool/hosts', 'pool/options'],
    'pool/options': [...agreed, 'places', 'sandbox'],
    'pool/forking': [...agreed, 'line', 'offload', 'pool/options', 'sandbox'],
    'pool/hosts': [...agreed, 'line', 'offload', 'pool/forking', 'pool/options', 'sandbox'],
    // Defaults that the pool decides.
    config: [...agreed, 'places', 'pool/options'],
    doctor: [...agreed, 'places', 'pool', 'sandbox'],
    workflow: [...steps, 'run', 'workflow/executors', 'workflow/graph', 'workflow/values'],
    'workflow/values': agreed,
    'workflow/template': [...agreed, 'outputs', 'run', 'workflow/values'],
    'workflow/graph': [...steps, 'line', 'run', 'workflow/template', 'workflow/values'],
    'workflow/executors': [...steps, 'run', 'workflow/graph', 'workflow/values'],
    'workflow/only-code': [...steps, 'workflow'],
    // The doors: the library, and what browsers share with it.
    '.': [...steps, 'pool', 'run', 'sandbox', 'workflow'],
    // For browsers as well: nothing but what is agreed.
    client: agreed,
    // Outermost. It loads the doors of codenode-server where that is installed.
    cli: [...inner, 'doctor'],
  },
  mayUsePackage: (folder, name) => {
    if (name.startsWith('codenode-server')) return false
    const packages = packagesOf[folder.split('/', 1)[0] ?? '']
    return !packages || packages.includes(name)
  },
}

/** Rooms of the library, which the service reaches by `codenode/internal/`. */
const lib = (rooms: readonly string[]) => rooms.map((room) => `codenode/${room}`)

/** The service. What the library holds is imported by `codenode/internal/` alone, and the library imports nothing of this. */
const server: ImportRules = {
  src: 'packages/codenode-server/src',
  library: 'packages/codenode/src',
  mayImport: {
    // The runs of a service, which its doors share.
    'service/api': lib(agreed),
    'service/limits': [...lib(agreed), 'service/api'],
    'service/events': [...lib(agreed), 'service/api', 'codenode/workflow'],
    'service/history': [...lib(agreed), 'codenode/places', 'codenode/record', 'service/api', 'service/events'],
    'service/requests': [
      ...[
        ...lib(agreed),
        'codenode/inputs',
        'codenode/offload',
        'codenode/record',
        'codenode/run',
        'codenode/workflow',
      ],
      ...['service/api', 'service/history', 'service/limits'],
    ],
    'service/live': [
      ...[...lib(agreed), 'codenode/record'],
      ...['service/api', 'service/events', 'service/history', 'service/limits', 'service/requests'],
    ],
    'service/members': [...lib(agreed), 'service/api'],
    service: [
      ...[
        ...lib(steps),
        'codenode/offload',
        'codenode/places',
        'codenode/run',
        'codenode/sandbox',
        'codenode/workflow',
        'service/api',
        'service/events',
      ],
      ...['service/history', 'service/limits', 'service/live', 'service/requests'],
    ],
    mcp: [...lib(inner), 'service'],
    http: [
      ...[...lib(inner), 'codenode/offload', 'service', 'mcp'],
      ...['http/dify', 'http/documents', 'http/keys', 'http/reference', 'http/routes', 'http/telemetry', 'http/wire'],
    ],
    'http/wire': [...lib(agreed), 'codenode/offload', 'codenode/record', 'service'],
    'http/documents': [...lib(agreed), 'service', 'http/wire'],
    'http/telemetry': [...lib(inner), 'service', 'http/wire'],
    'http/keys': [...lib(agreed), 'codenode/config', 'service', 'http/wire'],
    'http/dify': [...lib(inner), 'service', 'http/keys', 'http/wire'],
    'http/routes': [...lib(inner), 'service', 'http/documents', 'http/telemetry', 'http/wire'],
    // It is loaded when the reference is asked for.
    'http/reference': [...lib(agreed), 'http/wire'],
    // All of it together, started and stopped.
    server: [...lib(inner), 'http', 'service'],
    commands: [...lib(inner), 'codenode/cli', 'http/documents', 'mcp', 'server', 'service'],
    // The doors of the package: createService, and the commands.
    '.': ['codenode/cli', 'commands', 'server'],
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
    '.': ['browser', 'labels', 'pages', 'shell', 'theme'],
    embed: ['graph', 'panel', 'run-state'],
  },
  mayUsePackage: (_, name) => !/^codenode($|\/)/.test(name) || ['codenode/contract', 'codenode/client'].includes(name),
}

describe.each([
  { name: 'codenode', rules: codenode },
  { name: 'codenode-server', rules: server },
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
  const wrongIn = (name: 'codenode' | 'server' | 'web', path: string, text: string) => {
    const rules = { codenode, server, web }[name]
    return wrongImports(importsIn(join(rules.src, path), text), rules)
  }
  const right = [
    ['codenode', 'inputs/bind.ts', "import type { Values } from '../contract/values.ts'"],
    ['codenode', 'inputs/bind.ts', "import { other } from './other.ts'"],
    ['codenode', 'contract/node.ts', "import { z } from 'zod'"],
    ['codenode', 'pool/pool.ts', "import { startZygote } from '../sandbox/zygote.ts'"],
    ['codenode', 'run-node.ts', "import { bindInputs } from './inputs/bind.ts'"],
    ['server', 'commands/serve.ts', "const { openService } = await import('../server/open-service.ts')"],
    ['server', 'http/wire/problem.ts', "import { failures } from 'codenode/internal/contract/failures'"],
    ['server', 'commands/serve.ts', "import { openTerminal } from 'codenode/internal/cli/terminal'"],
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
    ['codenode', 'run-node.ts', "import { createService } from 'codenode-server'"],
    ['codenode', 'cli/serve.ts', "import { createServer } from '../../../codenode-server/src/http/create-server.ts'"],
    ['server', 'mcp/tools.ts', "const cli = await import('../commands/serve-command.ts')"],
    ['server', 'mcp/tools.ts', "import { openTerminal } from 'codenode/internal/cli/terminal'"],
    ['server', 'http/wire/problem.ts', "import { runNode } from 'codenode/internal/run/run-node'"],
    ['server', 'service/live/run.ts', "import { failures } from '../../../../codenode/src/contract/failures.ts'"],
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
