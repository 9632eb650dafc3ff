/** The rules of import-direction.test.ts, on small cases. */
import { describe, expect, test } from 'vitest'
import { findCycles, foldersBothWays } from './support/import-graph.ts'
import { wrongImports } from './support/import-rules.ts'
import { type Import, importsIn } from './support/read-imports.ts'

/** Imports of files, by what each file names. */
function between(files: Record<string, readonly string[]>): Import[] {
  return Object.entries(files).flatMap(([from, targets]) => targets.map((to) => ({ kind: 'file', from, to }) as const))
}

describe('an import is found', () => {
  const found = [
    ["import { a } from './a.ts'", ['src/pool/a.ts']],
    ["import {\n  a,\n  b,\n} from '../a.ts'", ['src/a.ts']],
    ["import type { A } from './a.ts'", ['src/pool/a.ts']],
    ["import { type A } from './a.ts'", ['src/pool/a.ts']],
    ["type A = import('./a.ts').A", ['src/pool/a.ts']],
    ["export { a } from './a.ts'", ['src/pool/a.ts']],
    ["export type { A } from './a.ts'", ['src/pool/a.ts']],
    ["export * from './a.ts'", ['src/pool/a.ts']],
    ["const a = lazy(() => import('./a.ts'))", ['src/pool/a.ts']],
    ["import './a.css'\nimport styles from './b.module.css'", ['src/pool/a.css', 'src/pool/b.module.css']],
    ["import { z } from 'zod'\nimport 'node:fs'", ['zod', 'node:fs']],
    ["import { a } from './a.ts'\nimport type { A } from './a.ts'", ['src/pool/a.ts']],
  ] as const
  test.each(found)('in %j', (text, to) => {
    expect(importsIn('src/pool/one.ts', text).map((one) => one.to)).toEqual(to)
  })
  test('beside the markup of a component', () => {
    const text = "import { Button } from '../ui/button.tsx'\nexport const Page = () => <Button>import './b.ts'</Button>"
    expect(importsIn('src/pages/page.tsx', text)).toEqual([
      { kind: 'file', from: 'src/pages/page.tsx', to: 'src/ui/button.tsx' },
    ])
  })

  const none = [
    "// import './a.ts'",
    "/* import { a } from './a.ts' */",
    'const text = "import \'./a.ts\'"',
    "const text = `export * from './a.ts'`",
    "const url = new URL('./a.ts', import.meta.url)",
    'const a = await import(path)',
    'export const a = 1',
  ]
  test.each(none)('not in %j', (text) => {
    expect(importsIn('src/pool/one.ts', text)).toEqual([])
  })
})

describe('a folder may import', () => {
  const rules = {
    src: 'src',
    mayImport: { contract: [], pool: ['contract', 'sandbox/watch'], 'pool/hosts': ['pool'], '.': ['pool'] },
    mayUsePackage: (folder: string) => folder !== 'contract',
  }
  const wrongIn = (from: string, to: string, kind: Import['kind'] = 'file') => wrongImports([{ kind, from, to }], rules)

  test.each([
    ['src/pool/pool.ts', 'src/pool/spares.ts', 'itself'],
    ['src/pool/pool.ts', 'src/contract/node.ts', 'what its line names'],
    ['src/pool/pool.ts', 'src/contract/workflow/node.ts', 'the folders inside of that'],
    ['src/index.ts', 'src/pool/pool.ts', 'from the top, too'],
  ])('%s → %s: %s', (from, to) => {
    expect(wrongIn(from, to)).toEqual([])
  })
  test.each([
    ['src/contract/node.ts', 'src/pool/pool.ts', 'src/contract/node.ts: contract may not import src/pool/pool.ts.'],
    ['src/pool/pool.ts', 'src/pool/hosts/a.ts', 'src/pool/pool.ts: pool may not import src/pool/hosts/a.ts.'],
    ['src/pool/pool.ts', 'src/sandbox/child.ts', 'src/pool/pool.ts: pool may not import src/sandbox/child.ts.'],
    ['src/pool/pool.ts', 'src/index.ts', 'src/pool/pool.ts: pool may not import src/index.ts.'],
    ['src/pool/pool.ts', 'test/graph.ts', 'src/pool/pool.ts: pool may not import test/graph.ts.'],
    ['src/helpers/strings.ts', 'src/helpers/a.ts', 'The folder helpers has no line in mayImport.'],
    ['src/contract/workflow/a.ts', 'src/contract/a.ts', 'The folder contract/workflow has no line in mayImport.'],
  ])('not %s → %s', (from, to, complaint) => {
    expect(wrongIn(from, to)).toEqual([complaint])
  })
  test('the packages that it may use', () => {
    expect(wrongIn('src/pool/pool.ts', 'node:fs', 'package')).toEqual([])
    expect(wrongIn('src/contract/node.ts', 'node:fs', 'package')).toEqual([
      'src/contract/node.ts: contract may not use the package node:fs.',
    ])
  })
})

describe('folders that import each other are found', () => {
  const pairsOf = (files: Record<string, readonly string[]>) => foldersBothWays(between(files)).map((it) => it.folders)

  test('with an import of each way', () => {
    expect(foldersBothWays(between({ 'a/x.ts': ['b/x.ts', 'b/y.ts'], 'b/z.ts': ['a/z.ts'] }))).toEqual([
      {
        folders: ['a', 'b'],
        there: { kind: 'file', from: 'a/x.ts', to: 'b/x.ts' },
        back: { kind: 'file', from: 'b/z.ts', to: 'a/z.ts' },
      },
    ])
  })
  test('also where one is inside the other', () => {
    expect(pairsOf({ 'a/b/x.ts': ['a/y.ts'], 'a/x.ts': ['a/b/y.ts'] })).toEqual([['a', 'a/b']])
  })
  test('and nothing else', () => {
    expect(pairsOf({ 'a/x.ts': ['a/y.ts', 'b/x.ts'], 'a/y.ts': ['a/x.ts'], 'b/x.ts': ['c/x.ts'] })).toEqual([])
  })
})

describe('files that import each other in a circle are found', () => {
  const cyclesOf = (files: Record<string, readonly string[]>) => findCycles(between(files))

  test('by the shortest circle through the first of them', () => {
    expect(cyclesOf({ a: ['b', 'c'], b: ['d'], c: ['a'], d: ['a'] })).toEqual([['a', 'c', 'a']])
  })
  test('each by itself', () => {
    const cycles = [
      ['b', 'c', 'b'],
      ['d', 'e', 'f', 'd'],
    ]
    expect(cyclesOf({ a: ['b'], b: ['c'], c: ['b', 'd'], d: ['e'], e: ['f'], f: ['d'] })).toEqual(cycles)
  })
  test('also of one file alone', () => {
    expect(cyclesOf({ a: ['a'] })).toEqual([['a', 'a']])
  })
  test('and nothing else', () => {
    expect(cyclesOf({ a: ['b', 'c'], b: ['d'], c: ['d'] })).toEqual([])
  })
})
